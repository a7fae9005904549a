import Foundation
import MixtureOfExperts
import RunFiles
import Tensors
import TestSupport
import Testing

@testable import Corpora
@testable import Training

@Suite("Evaluation")
struct EvaluationTests {
  /// Every quantity by its definition, one row of the stream after the other, one symbol after the other.
  private struct Definition {
    var losses: [Double] = []
    var recallLosses: [Double] = []
    var targets: [Int32] = []
    var entropies: [[Double]]  // by layer
    var assignments: [[Int]]  // chosen experts by layer
    var pairs: [[(dialect: Int, expert: Int)]]  // by layer

    init(
      _ model: LanguageModel<Double>, _ split: Corpus.Split, k: Int, segment T: Int, memory M: Int, remembers: Bool
    ) {
      let sparse = model.configuration.router.isSparse ? model.configuration.layers : 0
      entropies = Array(repeating: [], count: sparse)
      assignments = Array(repeating: [], count: sparse)
      pairs = Array(repeating: [], count: sparse)
      for prediction in predictions(model, split, k: k, segment: T, memory: M, remembers: remembers) {
        let (place, token) = (prediction.place, prediction.token)
        losses.append(prediction.loss)
        targets.append(split.symbols[place])
        if split.annotations?.marks[place] == .recall(distance: 45) { recallLosses.append(prediction.loss) }
        for (layer, record) in prediction.output.routing.enumerated() {
          let logits = record.logits.sliced(0, token..<token + 1).scalars
          let total = logits.reduce(0) { $0 + exp($1) }
          entropies[layer].append(-logits.reduce(0) { $0 + exp($1) / total * log(exp($1) / total) })
          let chosen = record.selection[token * k..<(token + 1) * k].map { Int($0) }
          assignments[layer] += chosen
          if let dialects = split.annotations?.dialects {
            pairs[layer].append((Int(dialects[place - 1]), chosen[0]))
          }
        }
      }
    }

    /// H(X) + H(Y) − H(X, Y) in bits.
    func information(_ layer: Int) -> Double {
      func entropy(_ values: [String]) -> Double {
        Dictionary(grouping: values) { $0 }.values.reduce(0) { sum, group in
          let p = Double(group.count) / Double(values.count)
          return sum - p * log2(p)
        }
      }
      let pairs = pairs[layer]
      return entropy(pairs.map { "\($0.dialect)" }) + entropy(pairs.map { "\($0.expert)" })
        - entropy(pairs.map { "\($0.dialect) \($0.expert)" })
    }
  }

  private func validation() throws -> Corpus.Split {
    try Corpus(builtin: DialectCorpus(lines: 100)).splits.validation
  }

  @Test(
    "equals its definition at every k, with and without memory, with shorter segments",
    arguments: [6, 4, 1], [1, 2, 4])
  func definition(segment: Int, k: Int) throws {
    let run = try smallRun()
    let model = run.livelyModel(Double.self)
    let split = try validation()
    for remembers in [true, false] {
      let evaluation = try Evaluation(model, on: split, segment: segment, workers: .one)
      let result = try evaluation(k: k, remembers: remembers)
      let expected = Definition(
        model, split, k: k, segment: segment, memory: 5 + 6 - segment, remembers: remembers)
      #expect(result.k == k && result.symbols == expected.losses.count)
      #expect(evaluation.symbolCount == expected.losses.count)
      #expect(mismatch([result.loss], [mean(expected.losses)], relative: 1e-12) == nil)
      #expect(mismatch(result.entropyPerLayer, expected.entropies.map(mean), relative: 1e-12) == nil)
      let loads = expected.assignments.map { chosen in
        (0..<4).map { expert in Double(chosen.count { $0 == expert }) / Double(chosen.count) }
      }
      #expect(result.loadPerLayer == loads)
      for (layer, table) in result.tables.enumerated() {
        let chosen = expected.assignments[layer]
        for a in 0..<4 {
          for b in 0..<4 {
            let both = stride(from: 0, to: chosen.count, by: k).count { token in
              Set([a, b]).isSubset(of: chosen[token..<token + k])
            }
            #expect(table.coActivation[a][b] == Double(both) / Double(expected.losses.count))
          }
        }
        for (dialect, row) in try #require(table.firstChoiceByDialect).enumerated() {
          let own = expected.pairs[layer].filter { $0.dialect == dialect }
          let shares = (0..<4).map { expert in Double(own.count { $0.expert == expert }) / Double(max(1, own.count)) }
          #expect(row == shares)
        }
      }
      #expect(result.tables.count == 2)
      let information = try #require(result.dialectInformationPerLayer)
      #expect(mismatch(information, (0..<2).map(expected.information), absolute: 1e-12) == nil)
      let recall = try #require(result.recallBits)
      #expect(mismatch([recall], [mean(expected.recallLosses) / log(2)], relative: 1e-12) == nil)
    }
  }

  @Test("A memory of any length is as long as asked for, longer than in training too", arguments: [0, 1, 5, 6, 13, 40])
  func memoryLength(memory: Int) throws {
    let model = try smallRun().livelyModel(Double.self)
    let split = try validation()
    let result = try Evaluation(model, on: split, memory: memory, workers: .one)(k: 2)
    let expected = Definition(model, split, k: 2, segment: 6, memory: memory, remembers: memory > 0)
    #expect(result.symbols == expected.losses.count)
    #expect(mismatch([result.loss], [mean(expected.losses)], relative: 1e-12) == nil)
    #expect(
      mismatch([try #require(result.recallBits)], [mean(expected.recallLosses) / log(2)], relative: 1e-12) == nil)
    let trained = try Evaluation(model, on: split, workers: .one)
    let loss = try trained(k: 2).loss
    #expect(trained.memory == 5 && (loss == result.loss) == (memory == 5), "another memory, another loss")
  }

  @Test("The loss counts <unk> as a word like any other; that of known words leaves out such targets, and only them")
  func unknown() throws {
    let run = try smallRun()
    let model = run.livelyModel(Double.self)
    let symbols = try validation().symbols
    for unknown in [Int32(9), 0, 12] {
      // Frequencies of another text: the first half of this one, twice.
      let half = symbols.prefix(symbols.count / 2)
      let frequencies = WordFrequencies(of: half + half, vocabulary: run.vocabulary.count)
      let split = Corpus.Split(symbols: symbols, unknown: unknown, frequencies: frequencies)
      let result = try Evaluation(model, on: split, workers: .one)(k: 2)
      let expected = Definition(model, split, k: 2, segment: 6, memory: 5, remembers: true)
      let known = zip(expected.losses, expected.targets).filter { $1 != unknown }.map(\.0)
      try #require(known.count < expected.losses.count && !known.isEmpty)
      let found = try #require(result.unknownWords)
      #expect(mismatch([result.loss], [mean(expected.losses)], relative: 1e-12) == nil)
      #expect(found.share == Double(expected.losses.count - known.count) / Double(expected.losses.count))
      let loss = try #require(found.knownLoss)
      #expect(mismatch([loss], [mean(known)], relative: 1e-12) == nil && abs(loss - result.loss) > 1e-6)
      let perplexity = try #require(found.knownPerplexity)
      #expect(mismatch([perplexity], [exp(mean(known))], relative: 1e-12) == nil)
      func cost(_ symbol: Int32) -> Double {
        log(Double(2 * half.count + run.vocabulary.count) / Double(2 * half.count { $0 == symbol } + 1))
      }
      let levels = [
        try #require(found.perplexityByFrequency), try #require(found.knownPerplexityByFrequency),
      ]
      let byDefinition = [expected.targets, expected.targets.filter { $0 != unknown }].map { exp(mean($0.map(cost))) }
      #expect(mismatch(levels, byDefinition, relative: 1e-12) == nil && levels[0] != levels[1])
    }
    let all = Corpus.Split(symbols: Array(repeating: 3, count: 40), unknown: 3)
    let nothing = try #require(try Evaluation(model, on: all, workers: .one)(k: 2).unknownWords)
    #expect(nothing.share == 1 && nothing.knownLoss == nil && nothing.knownPerplexity == nil)
    #expect(nothing.perplexityByFrequency == nil, "nobody counted")
    let plain = Corpus.Split(symbols: symbols)
    #expect(try Evaluation(model, on: plain, workers: .one)(k: 2).unknownWords == nil)
  }

  @Test("Every symbol but the first of each row is predicted exactly once")
  func everySymbolOnce() throws {
    let (model, split) = (try smallRun().model(Float.self), try validation())
    for segment in [1, 5, 6, 11] {
      let evaluation = try Evaluation(model, on: split, segment: segment, workers: .one)
      let rows = max(1, min(16, split.symbols.count / (2 * segment)))
      #expect(try evaluation(k: 1).symbols == rows * (split.symbols.count / rows - 1))
    }
  }

  @Test("The same bits for any number of threads", arguments: [RouterKind.hyperRouter, .dense])
  func threads(router: RouterKind) throws {
    let (model, split) = (try smallRun(router).livelyModel(Float.self), try validation())
    func text(_ workers: Int) throws -> String {
      "\(try Evaluation(model, on: split, workers: Workers(count: workers))(k: 2))"
    }
    #expect(try text(2) == text(1))
    #expect(try text(3) == text(1))
  }

  @Test("A dense model has no routing to measure, a file no dialects")
  func absent() throws {
    let dense = try smallRun(.dense)
    let result = try Evaluation(dense.model(Float.self), on: validation(), workers: .one)(k: 4)
    #expect(result.entropyPerLayer.isEmpty && result.loadPerLayer.isEmpty)
    #expect(result.dialectInformationPerLayer == nil && result.recallBits != nil)
    let file = Corpus.Split(symbols: try validation().symbols, annotations: nil)
    let plain = try Evaluation(smallRun().model(Float.self), on: file, workers: .one)(k: 4)
    #expect(plain.dialectInformationPerLayer == nil && plain.recallBits == nil)
  }

  @Test("A loss that is not finite is an error, not a result")
  func notFinite() throws {
    let model = try smallRun().model(Float.self)
    model.parameters[0].value = Tensor(model.parameters[0].value.shape, repeating: .nan)
    let evaluation = try Evaluation(model, on: validation(), workers: .one)
    #expect(throws: TrainingError.evaluationNotFinite(k: 2)) { _ = try evaluation(k: 2) }
  }

  @Test("Mutual information: 3 bits for an expert for each of 8 dialects, none for independent choices")
  func information() {
    let own = (0..<8).map { dialect in (0..<8).map { $0 == dialect ? 5 : 0 } }
    #expect(abs(mutualInformation(own) - 3) < 1e-15)
    let independent = (1...8).map { dialect in (1...4).map { dialect * $0 } }
    #expect(abs(mutualInformation(independent)) < 1e-15)
    // Two dialects share an expert each: log₂ 4.
    let shared = (0..<8).map { dialect in (0..<4).map { $0 == dialect / 2 ? 3 : 0 } }
    #expect(abs(mutualInformation(shared) - 2) < 1e-15)
    // 3/8, 1/8 / 1/8, 3/8: 1 − H(1/4).
    #expect(abs(mutualInformation([[3, 1], [1, 3]]) - (1 + 0.75 * log2(0.75) + 0.25 * log2(0.25))) < 1e-15)
  }
}

@Suite("Evaluation result")
struct EvaluationResultTests {
  private func result(loss: Double = 2, isBuiltin: Bool = true) -> EvaluationResult {
    EvaluationResult(
      k: 2, loss: loss, symbols: 30, entropyPerLayer: [1.5], loadPerLayer: [[0.25, 0.75]],
      dialectInformationPerLayer: isBuiltin ? [0.5] : nil, recallBits: isBuiltin ? 0.125 : nil)
  }

  private func object(_ result: EvaluationResult) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: JSON.encode(result)) as? [String: Any])
  }

  @Test("JSON has these keys, null for the two of the built-in corpus where it is another text, and is read back")
  func keys() throws {
    let common: Set = [
      "k", "loss", "symbols", "bits_per_symbol", "perplexity", "entropy_nats_per_layer", "load_per_layer",
      "dialect_information_bits_per_layer", "recall_bits", "recall_by_distance", "answers", "unknown_words",
    ]
    for isBuiltin in [true, false] {
      let result = result(isBuiltin: isBuiltin)
      let found = try object(result)
      #expect(Set(found.keys) == common && found["recall_bits"] is NSNull == !isBuiltin)
      #expect(found["dialect_information_bits_per_layer"] is NSNull == !isBuiltin)
      let numbers = try [
        #require(found["bits_per_symbol"] as? Double), #require(found["perplexity"] as? Double),
        result.bitsPerCharacter,
      ]
      #expect(mismatch(numbers, [2 / log(2), exp(2), 2 / log(2)], relative: 1e-15) == nil)
      #expect("\(try JSON.decode(EvaluationResult.self, from: JSON.encode(result)))" == "\(result)")
    }
  }

  @Test("The perplexity of a hopeless model is still a number that JSON can hold")
  func hopeless() throws {
    #expect(try object(result(loss: 5000))["perplexity"] as? Double == .greatestFiniteMagnitude)
  }
}
