import Foundation
import MixtureOfExperts
import Tensors
import TestSupport
import Testing
import RunFiles

@testable import Corpora
@testable import Training

@Suite("Answers and recalled symbols in an evaluation")
struct MeasuredApartTests {
  /// T 6, M 5, V 48: enough for the symbols of every built-in text.
  private func model() throws -> LanguageModel<Double> {
    var run = try smallRun()
    run.model.vocabulary = 48
    return run.livelyModel(Double.self)
  }

  /// What the model holds for the likeliest symbol.
  private func likeliest(_ symbol: PredictedSymbol) -> Int32 {
    Int32(symbol.logits.firstIndex(of: symbol.logits.max() ?? 0) ?? -1)
  }

  @Test("Recall bits are those of recalled symbols alone, range by range of their distances")
  func recall() throws {
    let corpus = try Corpus(builtin: RecallCorpus(seed: 2, lines: 80))
    let split = corpus.splits.validation
    let model = try model()
    let result = try Evaluation(model, on: split, workers: .one)(k: 2)
    let text = Array(corpus.vocabulary.decode(split.symbols))
    var losses: [[Double]] = Array(repeating: [], count: 6)
    for prediction in readWhole(model, split) {
      // From the text alone: what follows a key, and how far back in the line the key stood last.
      let place = prediction.place
      guard place > 0, text[place - 1].isUppercase, text[place] != "\n" else { continue }
      let line = (text[..<place].lastIndex(of: "\n") ?? -1) + 1
      guard let before = text[line..<place - 1].lastIndex(of: text[place - 1]) else { continue }
      let distance = place - 1 - before
      losses[[4, 16, 64, 128, 256].firstIndex { distance <= $0 } ?? 5].append(prediction.loss)
    }
    let bits = try #require(result.recallBits)
    #expect(mismatch([bits], [mean(losses.flatMap { $0 }) / log(2)], relative: 1e-12) == nil)
    let ranges = try #require(result.recallByDistance)
    let expected = zip(DistanceRange.all, losses).filter { !$1.isEmpty }
    try #require(ranges.count == expected.count && ranges.count >= 5)
    for (found, (range, losses)) in zip(ranges, expected) {
      #expect(found.range == range && found.symbols == losses.count)
      #expect(mismatch([found.bits], [mean(losses) / log(2)], relative: 1e-12) == nil)
    }
    #expect(result.answers == nil && result.classInformationPerLayer == nil)
  }

  @Test("Accuracy is the share of answers that are the likeliest symbol, by depth; chance that of the commonest answer")
  func answers() throws {
    let corpus = try Corpus(builtin: ListCorpus(seed: 2, lines: 3000))
    let split = corpus.splits.validation
    let model = try model()
    // A model that says digits: 2 … 11 in the order of bytes.
    let bias = try #require(model.parameters.first { $0.name == "output.bias" })
    bias.value = Tensor([48], bias.value.scalars.enumerated().map { (2...11).contains($0) ? $1 + 50 : $1 })
    let result = try #require(try Evaluation(model, on: split, workers: Workers(count: 2))(k: 2).answers)
    let text = Array(corpus.vocabulary.decode(split.symbols))
    let guess = try #require(split.guesses)
    var all: [Int: [(right: Bool, guessed: Bool, guessedByOperation: Bool)]] = [:]
    for prediction in readWhole(model, split) where prediction.place > 0 && text[prediction.place - 1] == "=" {
      // From the text alone; the line that the part begins in is not whole.
      let end = prediction.place - 1
      let start = (text[..<end].lastIndex(of: "\n") ?? -1) + 1
      var (depth, deepest) = (0, 0)
      for character in text[start..<end] {
        depth += character == "[" ? 1 : character == "]" ? -1 : 0
        deepest = max(deepest, depth)
      }
      guard start > 0 else { continue }
      let target = split.symbols[prediction.place]
      let operation = try #require(["MIN", "MAX", "MED", "SUM"].firstIndex(of: String(text[start + 1..<start + 4])))
      let byOperation = try #require(guess.byOperation[UInt8(operation + 1)])
      all[deepest, default: []].append((target == likeliest(prediction), target == guess.common, target == byOperation))
    }
    try #require(Set(all.keys) == [1, 2, 3])
    let counted = all.values.map(\.count).reduce(0, +)
    #expect([counted, counted + 1].contains(result.all.answers))
    #expect(result.byDepth.map(\.depth) == [1, 2, 3] && result.all.accuracy > 0 && result.all.chanceBaseline > 0)
    #expect(
      result.all.accuracy != result.all.chanceBaseline
        && result.all.byOperation.map { $0 > result.all.chanceBaseline } == true)
    var exact = 0
    for (depth, found) in result.byDepth.map({ ($0.depth, $0.shares) }) {
      let own = all[depth] ?? []
      guard found.answers == own.count else { continue }  // the depth of the line that is not whole
      exact += 1
      #expect(found.accuracy == Double(own.count(where: \.right)) / Double(own.count))
      #expect(found.chanceBaseline == Double(own.count(where: \.guessed)) / Double(own.count))
      #expect(found.byOperation == Double(own.count(where: \.guessedByOperation)) / Double(own.count))
    }
    #expect(exact >= 2)
    #expect(result.all.answers == result.byDepth.reduce(0) { $0 + $1.shares.answers })
    let right = result.byDepth.reduce(0) { $0 + $1.shares.accuracy * Double($1.shares.answers) }
    #expect(mismatch([result.all.accuracy], [right / Double(result.all.answers)], relative: 1e-12) == nil)
  }

  @Test("Answers are written flat and read back equal; earlier ones, without the guess by operator, are read, too")
  func stored() throws {
    var tally = AnswerTally(guesses: AnswerGuesses(common: 1, byOperation: [1: 1]))
    tally.add(Tensor<Double>([1, 3], [0.0, 1, 0]), targets: [1], [.answer(depth: 2, operation: 1)], scored: [0])
    let result = try #require(tally.result)
    let text = String(decoding: try JSON.encode(result), as: UTF8.self)
    let (shares, guesses) = (#""accuracy":1,"answers":1"#, #""by_operation":1,"chance_baseline":1"#)
    #expect(
      text
        == "{\(shares),\"by_depth\":[{\(shares),\"by_operation\":1,\"chance_baseline\":1,\"depth\":2}],\(guesses)}")
    #expect(try JSON.decode(AnswerResult.self, from: Data(text.utf8)) == result)
    let earlier = text.replacing(#","by_operation":1"#, with: "").replacing("chance_baseline", with: "by_chance")
    let read = try JSON.decode(AnswerResult.self, from: Data(earlier.utf8))
    #expect(read.all.byOperation == nil && read[depth: 2]?.byOperation == nil && read.all.byGuessing == 1)
  }

  @Test("A model that says the right digit everywhere has accuracy 1, and one that says another one 0")
  func extremes() throws {
    let marks: [Mark] = [
      .plain, .answer(depth: 1, operation: 1), .answer(depth: 2, operation: 2), .plain, .answer(depth: 2, operation: 3),
    ]
    let targets: [Int32] = [0, 1, 2, 1, 2]
    for (shift, accuracy) in [(0, 1.0), (1, 0.0)] {
      var tally = AnswerTally(guesses: AnswerGuesses(common: 2, byOperation: [1: 1, 2: 0]))
      let scores = (0..<15).map { place -> Double in
        place % 3 == (Int(targets[place / 3]) + shift) % 3 ? 1 : 0
      }
      tally.add(Tensor([5, 3], scores), targets: targets, marks, scored: [0, 1, 2, 3, 4])
      let result = try #require(tally.result)
      #expect(result.all.accuracy == accuracy && result.all.answers == 3)
      #expect(result.all.chanceBaseline == 2.0 / 3 && result.all.byOperation == 1.0 / 3)
      #expect(result.byDepth.map(\.shares.accuracy) == [accuracy, accuracy])
      #expect(
        result.byDepth.map(\.shares.chanceBaseline) == [0, 1] && result.byDepth.map(\.shares.byOperation) == [1, 0])
    }
    // Of equally likely symbols the lowest number is said.
    var tie = AnswerTally(guesses: nil)
    tie.add(Tensor<Double>([1, 3], [1.0, 1, 0]), targets: [0], [.answer(depth: 1, operation: 1)], scored: [0])
    #expect(tie.result?.all.accuracy == 1)
    #expect(AnswerTally(guesses: AnswerGuesses(common: 1)).result == nil)
  }
}
