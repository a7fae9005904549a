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
  /// H(X) + H(Y) − H(X, Y) in bits.
  private func information(_ pairs: [(dialect: Int, expert: Int)]) -> Double {
    func entropy(_ values: [String]) -> Double {
      Dictionary(grouping: values) { $0 }.values.reduce(0) { sum, group in
        let p = Double(group.count) / Double(values.count)
        return sum - p * log2(p)
      }
    }
    return entropy(pairs.map { "\($0.dialect)" }) + entropy(pairs.map { "\($0.expert)" })
      - entropy(pairs.map { "\($0.dialect) \($0.expert)" })
  }

  private func validation() throws -> Corpus.Split {
    try Corpus(builtin: DialectCorpus(lines: 100)).splits.validation
  }

  @Test(
    "equals its definition: a model that reads the whole file; at every k, with and without memory, with shorter segments",
    arguments: [6, 4, 1], [1, 2, 4])
  func definition(segment: Int, k: Int) throws {
    let model = try smallRun().livelyModel(Double.self)
    let corpus = try Corpus(builtin: DialectCorpus(lines: 100))
    let M = 5 + 6 - segment
    let field = (M + segment - 1) / segment * segment + M  // L = 2
    for (preceding, remembers) in [(29, true), (29, false), (7, true), (0, true)] {
      let split = split(200, after: preceding, of: corpus)
      let evaluation = try Evaluation(model, on: split, segment: segment, workers: .one)
      let result = try evaluation(k: k, remembers: remembers)
      let all = readWhole(model, split, segment: segment, memory: remembers ? M : 0, k: k)
      let expected = all.filter { $0.place + preceding >= field }
      #expect(result.k == k && result.symbols == expected.count && evaluation.symbolCount == all.count)
      #expect(mismatch([result.loss], [mean(expected.map(\.loss))], relative: 1e-12) == nil)
      #expect(result.coldSymbols == all.count - expected.count && (preceding == 29) == (result.coldSymbols == 0))
      let total = try #require(result.totalLoss)
      #expect(mismatch([total], [mean(all.map(\.loss))], relative: 1e-12) == nil)
      for layer in 0..<2 {
        let entropies = expected.map { symbol in
          let logits = symbol.routing[layer].logits
          let total = logits.reduce(0) { $0 + exp($1) }
          return -logits.reduce(0) { $0 + exp($1) / total * log(exp($1) / total) }
        }
        #expect(mismatch([result.entropyPerLayer[layer]], [mean(entropies)], relative: 1e-12) == nil)
        let chosen = expected.map { $0.routing[layer].chosen }
        let table = result.tables[layer]
        for a in 0..<4 {
          let load = Double(chosen.joined().count { $0 == a }) / Double(k * chosen.count)
          #expect(result.loadPerLayer[layer][a] == load)
          for b in 0..<4 {
            let both = chosen.count { $0.contains(a) && $0.contains(b) }
            #expect(table.coActivation[a][b] == Double(both) / Double(chosen.count))
          }
        }
        let before = split.preceding.annotations?.classes?.last.map { Int($0) } ?? -1
        let dialects = try #require(split.annotations?.classes)
        let pairs = expected.map { symbol in
          (
            dialect: symbol.place == 0 ? before : Int(dialects[symbol.place - 1]),
            expert: symbol.routing[layer].chosen[0]
          )
        }
        for (dialect, row) in try #require(table.firstChoiceByClass).enumerated() {
          let own = pairs.filter { $0.dialect == dialect }
          let shares = (0..<4).map { expert in Double(own.count { $0.expert == expert }) / Double(max(1, own.count)) }
          #expect(row == shares)
        }
        let found = try #require(result.classInformationPerLayer)
        #expect(mismatch([found[layer]], [information(pairs)], absolute: 1e-12) == nil)
      }
      #expect(result.tables.count == 2 && result.entropyPerLayer.count == 2)
      let recalled = expected.filter { split.annotations?.marks[$0.place].isRecall == true }
      let recall = try #require(result.recallBits)
      #expect(mismatch([recall], [mean(recalled.map(\.loss)) / log(2)], relative: 1e-12) == nil)
    }
  }

  @Test("Bits do not depend on the number of rows", arguments: [nil, 0, 13])
  func rows(memory: Int?) throws {
    let model = try smallRun().livelyModel(Double.self)
    let split = try validation()
    let results = try [1, 2, 3, 7, 16].map { batch in
      try Evaluation(model, on: split, memory: memory, largestBatch: batch, workers: .one)(k: 2)
    }
    for result in results {
      #expect(result.symbols == split.symbols.count && result.coldSymbols == 0)
      #expect(mismatch([result.loss], [results[0].loss], relative: 1e-12) == nil)
      #expect(mismatch(result.entropyPerLayer, results[0].entropyPerLayer, relative: 1e-12) == nil)
      #expect(result.loadPerLayer == results[0].loadPerLayer)
    }
  }

  @Test("A memory of any length is as long as asked for, longer than in training too", arguments: [0, 1, 5, 6, 13, 40])
  func memoryLength(memory: Int) throws {
    let model = try smallRun().livelyModel(Double.self)
    let split = try split(100, after: 120, of: Corpus(builtin: DialectCorpus(lines: 100)))
    let result = try Evaluation(model, on: split, memory: memory, workers: .one)(k: 2)
    let expected = readWhole(model, split, memory: memory)
    #expect(result.symbols == expected.count && result.coldSymbols == 0)
    #expect(mismatch([result.loss], [mean(expected.map(\.loss))], relative: 1e-12) == nil)
    let trained = try Evaluation(model, on: split, workers: .one)
    let loss = try trained(k: 2).loss
    #expect(trained.memory == 5 && (loss == result.loss) == (memory == 5), "another memory, another loss")
  }

  @Test("A model that was trained without memory is read in windows of T symbols, half of them new")
  func neverRemembers() throws {
    var run = try smallRun()
    run.model.memory = 0
    let model = run.livelyModel(Double.self)
    let split = try validation()
    let result = try Evaluation(model, on: split, workers: .one)(k: 2)
    #expect(result.symbols == split.symbols.count && result.coldSymbols == 0)
    #expect(mismatch([result.loss], [mean(readWindows(model, split))], relative: 1e-12) == nil)
  }

  @Test(
    "What is shown of a text costs what an evaluation of it says, warm from the first symbol on", arguments: [5, 0])
  func shown(memory: Int) throws {
    var run = try smallRun()
    run.model.memory = memory
    let model = run.livelyModel(Double.self)
    let corpus = try Corpus(builtin: DialectCorpus(lines: 100))
    let split = try validation()
    let shown = try #require(TextReading(of: split, by: model, corpus.vocabulary, k: 2))
    let own = split.prefix(shown.symbols.count)
    let losses = shown.bits.compactMap { $0.map { $0 * log(2) } }
    let result = try Evaluation(model, on: own, workers: .one)(k: 2)
    #expect(losses.count == own.symbols.count && result.coldSymbols == 0)
    #expect(mismatch([mean(losses)], [result.loss], relative: 1e-12) == nil)
    // A symbol's expert is chosen where the next one is predicted.
    let next = readWhole(model, own).dropFirst()
    if memory == 5 {
      #expect(
        shown.firstExperts.map { Array($0.dropLast()) } == [0, 1].map { l in next.map { $0.routing[l].chosen[0] } })
    }
    let cold = TextReading(of: corpus.splits.train, by: model, corpus.vocabulary, k: 2)
    #expect(cold?.bits.first == .some(nil) && cold?.bits.dropFirst().allSatisfy { $0 != nil } == true)
    #expect(cold?.firstExperts.map(\.count) == [0, 1].map { _ in cold?.symbols.count })
  }

  @Test("Where nothing is warm all symbols count, and are said to be cold")
  func cold() throws {
    let model = try smallRun().livelyModel(Double.self)
    let corpus = try Corpus(builtin: DialectCorpus(lines: 100))
    let short = split(8, after: 0, of: corpus)
    let result = try Evaluation(model, on: short, workers: .one)(k: 2)
    #expect(result.symbols == 7 && result.coldSymbols == 7 && result.totalLoss == nil)
    let losses = readWhole(model, short).map(\.loss)
    #expect(mismatch([result.loss], [mean(losses)], relative: 1e-12) == nil)
    // 10 cold symbols and as many warm ones are another thing.
    let half = try Evaluation(model, on: split(21, after: 0, of: corpus), workers: .one)(k: 2)
    #expect(half.symbols == 10 && half.coldSymbols == 10 && half.totalLoss != nil)
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
      // A file of its own: the first symbols are cold.
      let expected = readWhole(model, split).filter { $0.place >= 11 }
      let known = expected.filter { $0.target != unknown }.map(\.loss)
      try #require(known.count < expected.count && !known.isEmpty)
      let found = try #require(result.unknownWords)
      #expect(mismatch([result.loss], [mean(expected.map(\.loss))], relative: 1e-12) == nil)
      #expect(found.share == Double(expected.count - known.count) / Double(expected.count))
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
      let targets = expected.map(\.target)
      let byDefinition = [targets, targets.filter { $0 != unknown }].map { exp(mean($0.map(cost))) }
      #expect(mismatch(levels, byDefinition, relative: 1e-12) == nil && levels[0] != levels[1])
    }
    let all = Corpus.Split(symbols: Array(repeating: 3, count: 40), unknown: 3)
    let nothing = try #require(try Evaluation(model, on: all, workers: .one)(k: 2).unknownWords)
    #expect(nothing.share == 1 && nothing.knownLoss == nil && nothing.knownPerplexity == nil)
    #expect(nothing.perplexityByFrequency == nil, "nobody counted")
    let plain = Corpus.Split(symbols: symbols)
    #expect(try Evaluation(model, on: plain, workers: .one)(k: 2).unknownWords == nil)
  }

  @Test("The same bits for any number of threads", arguments: [RouterKind.hyperRouter, .dense])
  func threads(router: RouterKind) throws {
    let run = try smallRun(router)
    let model = run.livelyModel(Float.self)
    let split = try validation()
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
    #expect(result.classInformationPerLayer == nil && result.recallBits != nil)
    let file = Corpus.Split(symbols: try validation().symbols, annotations: nil)
    let plain = try Evaluation(smallRun().model(Float.self), on: file, workers: .one)(k: 4)
    #expect(plain.classInformationPerLayer == nil && plain.recallBits == nil)
  }

  @Test("A loss that is not finite is an error, not a result")
  func notFinite() throws {
    let run = try smallRun()
    let model = run.model(Float.self)
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
      classInformationPerLayer: isBuiltin ? [0.5] : nil, recallBits: isBuiltin ? 0.125 : nil)
  }

  private func object(_ result: EvaluationResult) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: JSON.encode(result)) as? [String: Any])
  }

  @Test("JSON has these keys, null for the two of the built-in corpus where it is another text, and is read back")
  func keys() throws {
    let common: Set = [
      "k", "loss", "symbols", "cold_symbols", "total_loss", "bits_per_symbol", "perplexity", "entropy_nats_per_layer",
      "load_per_layer",
      "class_information_bits_per_layer", "recall_bits", "recall_by_distance", "answers", "unknown_words",
    ]
    for isBuiltin in [true, false] {
      let result = result(isBuiltin: isBuiltin)
      let found = try object(result)
      #expect(Set(found.keys) == common && found["recall_bits"] is NSNull == !isBuiltin)
      #expect(found["class_information_bits_per_layer"] is NSNull == !isBuiltin)
      let numbers = try [
        #require(found["bits_per_symbol"] as? Double), #require(found["perplexity"] as? Double),
        result.bitsPerCharacter,
      ]
      #expect(mismatch(numbers, [2 / log(2), exp(2), 2 / log(2)], relative: 1e-15) == nil)
      #expect("\(try JSON.decode(EvaluationResult.self, from: JSON.encode(result)))" == "\(result)")
    }
  }

  @Test("The perplexity of a hopeless model is null, not another number")
  func hopeless() throws {
    #expect(try object(result(loss: 5000))["perplexity"] is NSNull)
    let unknown = UnknownWords(symbols: 2, known: 1, knownLoss: 5000, costs: (all: 9000, known: 5000))
    #expect(unknown.knownPerplexity == nil && unknown.perplexityByFrequency == nil)
    #expect(unknown.knownPerplexityByFrequency == nil)
  }
}
