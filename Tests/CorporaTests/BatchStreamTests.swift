import Testing

@testable import Corpora

@Suite("Batches")
struct BatchStreamTests {
  /// Numbers of symbols, B and T.
  static let cases = [
    (100, 4, 6), (97, 3, 8), (23, 1, 22), (12, 4, 1), (31, 2, 14), (33, 2, 5), (7, 7, 3), (50, 5, 20),
  ]

  private func expectTooShort(
    _ symbols: [Int32], _ batch: Int, _ length: Int, expected: Int
  ) {
    let error = #expect(throws: CorpusError.self) {
      _ = try BatchStream(symbols, batch: batch, segmentLength: length)
    }
    #expect(error?.description.contains("has \(symbols.count) symbols, expected at least \(expected)") == true)
  }

  @Test("Training drops the short rest and starts again, saying so", arguments: cases)
  func training(count: Int, batch: Int, length: Int) throws {
    let symbols = (0..<Int32(count)).map { $0 }
    let rowLength = count / batch
    let needed = batch * (length + 1)
    guard count >= needed else {
      return expectTooShort(symbols, batch, length, expected: needed)
    }
    let stream = try BatchStream(symbols, batch: batch, segmentLength: length)
    #expect(stream.count == (rowLength - 1) / length)
    for index in 0..<3 * stream.count {
      let segment = stream.segment(at: index)
      let (pass, place) = index.quotientAndRemainder(dividingBy: stream.count)
      #expect(segment.length == length && segment.pass == pass && segment.startsStream == (place == 0))
      for row in 0..<batch {
        for time in 0..<length {
          let expected = Int32(row * rowLength + place * length + time)
          #expect(segment.inputs[row * length + time] == expected)
          #expect(segment.targets[row * length + time] == expected + 1)
        }
      }
    }
  }

  @Test("Absurd sizes are an error, not a trap")
  func absurdSizes() {
    for (batch, length) in [(Int.max, 1), (1, Int.max), (Int.max, Int.max), (1 << 40, 1 << 40)] {
      #expect(throws: CorpusError.self) {
        _ = try BatchStream([1, 2, 3], batch: batch, segmentLength: length)
      }
    }
  }
}
