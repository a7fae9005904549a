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

    /// `rows` are those that an evaluation reads side by side: the next one's memory is another's.
    init(
      _ model: LanguageModel<Double>, _ split: Corpus.Split, _ content: MemoryContent, rows: [Range<Int>],
      lineFeed: Int32, k: Int
    ) {
      let M = model.configuration.memory
      // What every segment of the file finds in memory, by the place of its first symbol.
      var states: [Int: HostState<Double>] = [:]
      var place = 1 - split.preceding.symbols.count
      _ = readWhole(model, split, k: k) { inputs, state in
        states[place] = state
        place += inputs.count
        return model(inputs, batch: 1, state: state, limit: M, k: k, random: nil, on: .evaluating())
      }
      place = 1 - split.preceding.symbols.count
      let read = readWhole(model, split, k: k) { inputs, state in
        defer { place += inputs.count }
        func output(_ model: LanguageModel<Double>, _ found: HostState<Double>) -> LanguageModel<Double>.Output {
          model(inputs, batch: 1, state: found, limit: M, k: k, random: nil, on: .evaluating())
        }
        let own = output(model, state)
        switch content {
        case .own: return own
        case .nothing: return output(model, .empty)
        case .nothingRoutedAsOwn: return output(model.holdingRouting(own.routing), .empty)
        case .another:
          guard let row = rows.firstIndex(where: { $0.contains(place) }) else { return own }
          let next = rows[(row + 1) % rows.count]
          return output(model, states[place - rows[row].lowerBound + next.lowerBound] ?? .empty)
        case .zeros:
          return output(model, HostState(state.tensors.map { Tensor($0.shape, repeating: 0) }))
        }
      }
      for symbol in read where rows.contains(where: { $0.contains(symbol.place) }) {
        let total = symbol.logits.reduce(0) { $0 + exp($1) }
        let bits = symbol.loss / log(2)
        paid.append(bits)
        expected.append(-symbol.logits.reduce(0) { $0 + exp($1) / total * log2(exp($1) / total) })
        positions[symbol.position, default: []].append(bits)
        if split.annotations?.marks[symbol.place].isRecall == true { recall.append(bits) }
        if symbol.read.contains(lineFeed) { whole.append(bits) } else { cut.append(bits) }
      }
    }
  }

  private func corpus() throws -> Corpus { try Corpus(builtin: DialectCorpus(lines: 100)) }

  @Test(
    "Every reading equals its definition: bits, expectation, places, recall symbols, whole and cut lines",
    arguments: [58, 75])
  func definition(symbols: Int) throws {
    // Two and three rows of 24 symbols; the rest, in a row of its own, is left out: nobody is beside it.
    let corpus = try corpus()
    let split = split(symbols, after: 40, of: corpus)
    let rows = (0..<symbols / 24).map { $0 * 24..<$0 * 24 + 24 }
    let lineFeed = try #require(corpus.vocabulary.encode("\n").first)
    let model = try smallRun().livelyModel(Double.self)
    let found = try Evaluation(model, on: split, workers: .one)
      .readings(finding: MemoryContent.allCases, boundaries: [lineFeed], k: 2)
    #expect(found.map(\.content) == MemoryContent.allCases)
    for reading in found {
      let expected = Definition(model, split, reading.content, rows: rows, lineFeed: lineFeed, k: 2)
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
      .readings(finding: MemoryContent.allCases, boundaries: [], k: 1)
    #expect(found.map(\.content) == MemoryContent.allCases.filter { $0 != .another })
    #expect(found.allSatisfy { $0.recallBits == nil && $0.bitsInWholeLines == nil && $0.bitsInCutLines == nil })
    let segment = Corpus.Split(symbols: Array(split.symbols.prefix(5)))
    #expect(throws: CorpusError.self) {
      _ = try Evaluation(model, on: segment, workers: .one).readings(finding: [.own], boundaries: [], k: 1)
    }
    let forgetful = try Evaluation(model, on: split, memory: 0, workers: .one)
    #expect(throws: CorpusError.self) { _ = try forgetful.readings(finding: [.own], boundaries: [], k: 1) }
  }

  @Test("The same bits for any number of threads")
  func threads() throws {
    let split = try corpus().splits.validation
    let model = try smallRun().livelyModel(Float.self)
    func readings(_ workers: Int) throws -> [MemoryReading] {
      try Evaluation(model, on: split, workers: Workers(count: workers))
        .readings(finding: MemoryContent.allCases, boundaries: [0], k: 2)
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
    let reach = try Reach(of: model, on: split, boundaries: [], k: 2, workers: .one)
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
