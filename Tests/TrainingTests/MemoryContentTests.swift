import Foundation
import MixtureOfExperts
import RunFiles
import Tensors
import TestSupport
import Testing

@testable import Corpora
@testable import Training

@Suite("What a model finds in its memory")
struct MemoryContentTests {
  /// Means by their definitions, one symbol after the other.
  private struct Definition {
    var (paid, expected): ([Double], [Double]) = ([], [])
    var positions: [Int: [Double]] = [:]
    var (recall, whole, cut): ([Double], [Double], [Double]) = ([], [], [])

    /// All rows are read in one batch; rows are cut as an evaluation cuts them.
    init(_ model: LanguageModel<Double>, _ split: Corpus.Split, _ content: MemoryContent, lineFeed: Int32, k: Int) {
      let (T, M) = (model.configuration.segment, model.configuration.memory)
      let rows = max(1, min(16, split.symbols.count / (2 * T)))
      let length = split.symbols.count / rows
      var memories = Array(repeating: HostState<Double>.empty, count: rows)
      var start = 0
      while start < length - 1 {
        let count = min(T, length - 1 - start)
        func inputs(_ row: Int) -> [Int32] { Array(split.symbols[row * length + start..<row * length + start + count]) }
        func read(_ row: Int, _ memory: HostState<Double>, _ model: LanguageModel<Double>)
          -> LanguageModel<Double>.Output
        {
          model(inputs(row), batch: 1, state: memory, limit: M, k: k, random: nil, on: .evaluating())
        }
        let own = (0..<rows).map { read($0, memories[$0], model) }
        for row in 0..<rows where start > 0 {
          let output =
            switch content {
            case .own: own[row]
            case .nothing: read(row, .empty, model)
            case .nothingRoutedAsOwn: read(row, .empty, model.holdingRouting(own[row].routing))
            case .another: read(row, memories[Self.next(row, of: rows)], model)
            case .zeros:
              read(row, HostState(memories[row].tensors.map { Tensor($0.shape, repeating: 0) }), model)
            }
          var isWhole = false
          for token in 0..<count {
            let scores = output.logits.value.sliced(0, token..<token + 1).scalars
            let total = scores.reduce(0) { $0 + exp($1) }
            let place = row * length + start + token + 1
            let bits = log2(total) - scores[Int(split.symbols[place])] / log(2)
            paid.append(bits)
            expected.append(-scores.reduce(0) { $0 + exp($1) / total * log2(exp($1) / total) })
            positions[token, default: []].append(bits)
            if split.annotations?.marks[place].isRecall == true { recall.append(bits) }
            isWhole = isWhole || split.symbols[place - 1] == lineFeed
            if isWhole { whole.append(bits) } else { cut.append(bits) }
          }
        }
        memories = own.map(\.state)
        start += count
      }
    }

    /// The next row of the same tile of four; the last tile has the rows that are left over.
    private static func next(_ row: Int, of rows: Int) -> Int {
      let tile = min(row / 4, max(1, rows / 4) - 1)
      let end = tile == max(1, rows / 4) - 1 ? rows : tile * 4 + 4
      return row + 1 == end ? tile * 4 : row + 1
    }
  }

  private func corpus() throws -> Corpus { try Corpus(builtin: DialectCorpus(lines: 100)) }

  @Test(
    "Every reading equals its definition: bits, expectation, places, recall symbols, whole and cut lines",
    arguments: [118, 240])
  func definition(symbols: Int) throws {
    // 9 rows, which leave one over for the last tile, and 16.
    let corpus = try corpus()
    let split = corpus.splits.validation.prefix(symbols)
    let lineFeed = try #require(corpus.vocabulary.encode("\n").first)
    let model = try smallRun().livelyModel(Double.self)
    let found = try Evaluation(model, on: split, workers: .one)
      .readings(finding: MemoryContent.allCases, lineFeed: lineFeed, k: 2)
    #expect(found.map(\.content) == MemoryContent.allCases)
    for reading in found {
      let expected = Definition(model, split, reading.content, lineFeed: lineFeed, k: 2)
      try #require(!expected.recall.isEmpty && !expected.whole.isEmpty && !expected.cut.isEmpty)
      #expect(reading.symbols == expected.paid.count, "\(reading.content)")
      let pairs = [
        (reading.bits, mean(expected.paid)), (reading.expectedBits, mean(expected.expected)),
        (try #require(reading.recallBits), mean(expected.recall)),
        (try #require(reading.bitsInWholeLines), mean(expected.whole)),
        (try #require(reading.bitsInCutLines), mean(expected.cut)),
      ]
      #expect(mismatch(pairs.map(\.0), pairs.map(\.1), relative: 1e-11) == nil, "\(reading.content)")
      let places = expected.positions.sorted { $0.key < $1.key }.map { mean($0.value) }
      #expect(mismatch(reading.bitsByPosition, places, relative: 1e-11) == nil, "\(reading.content)")
    }
    #expect(Set(found.map(\.bits)).count == found.count, "each content costs something else")
  }

  @Test("A single row has no other's memory; a text that fits one segment has nothing in memory, which is an error")
  func short() throws {
    let split = try corpus().splits.validation
    let model = try smallRun().model(Float.self)
    let row = Corpus.Split(symbols: Array(split.symbols.prefix(20)))
    let found = try Evaluation(model, on: row, workers: .one)
      .readings(finding: MemoryContent.allCases, lineFeed: nil, k: 1)
    #expect(found.map(\.content) == MemoryContent.allCases.filter { $0 != .another })
    #expect(found.allSatisfy { $0.recallBits == nil && $0.bitsInWholeLines == nil && $0.bitsInCutLines == nil })
    let segment = Corpus.Split(symbols: Array(split.symbols.prefix(5)))
    #expect(throws: CorpusError.self) {
      _ = try Evaluation(model, on: segment, workers: .one).readings(finding: [.own], lineFeed: nil, k: 1)
    }
    let forgetful = try Evaluation(model, on: split, memory: 0, workers: .one)
    #expect(throws: CorpusError.self) { _ = try forgetful.readings(finding: [.own], lineFeed: nil, k: 1) }
  }

  @Test("The same bits for any number of threads")
  func threads() throws {
    let split = try corpus().splits.validation
    let model = try smallRun().livelyModel(Float.self)
    func readings(_ workers: Int) throws -> [MemoryReading] {
      try Evaluation(model, on: split, workers: Workers(count: workers))
        .readings(finding: MemoryContent.allCases, lineFeed: 0, k: 2)
    }
    #expect(try readings(3) == readings(1))
  }
}

@Suite("Reach")
struct ReachTests {
  @Test("Lengths go from none over parts of a segment to eight of them, each once")
  func lengths() {
    #expect(Reach.lengths(segment: 64) == [0, 8, 16, 32, 64, 128, 256, 512])
    #expect(Reach.lengths(segment: 1) == [0, 1, 2, 4, 8])
  }

  @Test("Every length is an evaluation with a memory of this length, and no two are the same")
  func evaluations() throws {
    let model = try smallRun().livelyModel(Double.self)
    let split = try Corpus(builtin: DialectCorpus(lines: 400)).splits.test
    let reach = try Reach(of: model, on: split, lineFeed: nil, k: 2, workers: .one)
    #expect(reach.k == 2 && reach.lengths.map(\.memory) == Reach.lengths(segment: 6))
    for length in reach.lengths {
      let expected = try Evaluation(model, on: split, memory: length.memory, workers: .one)(k: 2)
      #expect(length.evaluation.loss == expected.loss && length.evaluation.recallBits == expected.recallBits)
      #expect(reach[length.memory]?.loss == expected.loss)
    }
    #expect(Set(reach.lengths.map(\.evaluation.loss)).count == reach.lengths.count)
    #expect(reach[5] == nil && reach.contents.map(\.content) == MemoryContent.allCases)
    let copy = try JSON.decode(Reach.self, from: JSON.encode(reach))
    #expect(copy.contents == reach.contents && copy.lengths.map(\.memory) == reach.lengths.map(\.memory))
  }

  @Test("The text's state is a dialect, a key and a place in the line: 12.6 bits")
  func state() {
    #expect(abs(DialectCorpus.stateBits - (3 + 4 + log2(48))) < 1e-12)
  }
}
