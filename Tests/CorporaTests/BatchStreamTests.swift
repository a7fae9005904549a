import Testing

@testable import Corpora

@Suite("Batches")
struct BatchStreamTests {
  /// Numbers of symbols, B and T.
  static let cases = [
    (100, 4, 6), (97, 3, 8), (23, 1, 22), (12, 4, 1), (31, 2, 14), (33, 2, 5), (7, 7, 3), (50, 5, 20),
  ]

  private func expectTooShort(
    _ symbols: [Int32], _ batch: Int, _ length: Int, _ purpose: BatchStream.Purpose, expected: Int
  ) {
    let error = #expect(throws: CorpusError.self) {
      _ = try BatchStream(symbols, batch: batch, segmentLength: length, purpose: purpose)
    }
    #expect(error?.description.contains("has \(symbols.count) symbols, expected at least \(expected)") == true)
  }

  @Test("Evaluation segments put together are the rows, and every target counts exactly once", arguments: cases)
  func evaluation(count: Int, batch: Int, length: Int) throws {
    let symbols = (0..<Int32(count)).map { $0 }
    guard count / batch >= 2 else {
      return expectTooShort(symbols, batch, length, .evaluation, expected: 2 * batch)
    }
    let stream = try BatchStream(symbols, batch: batch, segmentLength: length, purpose: .evaluation)
    let rowLength = count / batch
    var inputs = [[Int32]](repeating: [], count: batch)
    var targets = inputs
    for index in 0..<stream.count {
      let segment = stream.segment(at: index)
      #expect(segment.batch == batch)
      #expect(segment.inputs.count == batch * segment.length && segment.targets.count == segment.inputs.count)
      #expect(index == stream.count - 1 ? (1...length).contains(segment.length) : segment.length == length)
      #expect(segment.startsStream == (index == 0) && segment.pass == 0)
      for row in 0..<batch {
        inputs[row] += segment.inputs[row * segment.length..<(row + 1) * segment.length]
        targets[row] += segment.targets[row * segment.length..<(row + 1) * segment.length]
      }
    }
    for row in 0..<batch {
      let whole = Array(symbols[row * rowLength..<(row + 1) * rowLength])
      #expect(inputs[row] == Array(whole.dropLast()))
      #expect(targets[row] == Array(whole.dropFirst()))
    }
    #expect(stream.targetCount == targets.reduce(0) { $0 + $1.count })
  }

  @Test("Training drops the short rest and starts again, saying so", arguments: cases)
  func training(count: Int, batch: Int, length: Int) throws {
    let symbols = (0..<Int32(count)).map { $0 }
    let rowLength = count / batch
    let needed = batch * (length + 1)
    guard count >= needed else {
      return expectTooShort(symbols, batch, length, .training, expected: needed)
    }
    let stream = try BatchStream(symbols, batch: batch, segmentLength: length, purpose: .training)
    #expect(stream.count == (rowLength - 1) / length)
    #expect(stream.targetCount == stream.count * batch * length)
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

  @Test("Annotations stay in step with inputs and targets")
  func annotations() throws {
    let symbols = (0..<61).map { Int32($0) }
    let names = symbols.map { "symbol \($0)" }
    for purpose in [BatchStream.Purpose.training, .evaluation] {
      let stream = try BatchStream(symbols, batch: 3, segmentLength: 7, purpose: purpose)
      for index in 0..<stream.count {
        let segment = stream.segment(at: index)
        #expect(stream.annotations(names, ofInputsAt: index) == segment.inputs.map { "symbol \($0)" })
        #expect(stream.annotations(names, ofTargetsAt: index) == segment.targets.map { "symbol \($0)" })
      }
    }
  }

  @Test("Absurd sizes are an error, not a trap")
  func absurdSizes() {
    for (batch, length) in [(Int.max, 1), (1, Int.max), (Int.max, Int.max), (1 << 40, 1 << 40)] {
      #expect(throws: CorpusError.self) {
        _ = try BatchStream([1, 2, 3], batch: batch, segmentLength: length, purpose: .training)
      }
    }
  }
}
