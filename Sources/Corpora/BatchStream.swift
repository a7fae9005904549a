/// A stream of symbols to learn from, cut into B equally long contiguous rows, which are walked through in segments of T symbols.
///
/// Row b holds symbols b·n ..< (b+1)·n of the split, n = ⌊count / B⌋; the remainder is dropped, and the shorter rest of a row. Segment
/// t of row b follows segment t−1 of the same row, and the target is the input shifted by one. Nothing is shuffled. The index
/// goes on for ever and starts again at the beginning, where memory must be emptied: the end of a row does not precede it. The
/// segment of an index does not depend on any state: to resume, the step number is enough.
public struct BatchStream: Sendable {
  /// The symbols of the split.
  public let symbols: [Int32]
  /// B, the number of rows.
  public let batch: Int
  /// T, the number of symbols in a segment.
  public let segmentLength: Int

  /// n, the number of symbols in a row.
  public var rowLength: Int { symbols.count / batch }

  /// The number of segments of one pass over the split.
  public var count: Int { (rowLength - 1) / segmentLength }

  /// Cuts symbols into rows.
  ///
  /// - Throws: `CorpusError` when a row is shorter than T + 1 symbols.
  public init(_ symbols: [Int32], batch: Int, segmentLength: Int) throws {
    precondition(
      batch > 0 && segmentLength > 0, "BatchStream: batch \(batch) and segment \(segmentLength) must be positive")
    let needed = BatchStream.minimumSymbols(batch: batch, segmentLength: segmentLength)
    guard symbols.count >= needed else {
      throw CorpusError(
        "the split has \(symbols.count) symbols, expected at least \(needed) for a batch of \(batch) rows and "
          + "segments of \(segmentLength) symbols")
    }
    (self.symbols, self.batch, self.segmentLength) = (symbols, batch, segmentLength)
  }

  /// The number of symbols that a split needs: B·(T+1), or the largest integer.
  public static func minimumSymbols(batch: Int, segmentLength: Int) -> Int {
    let row = segmentLength.addingReportingOverflow(1)
    let whole = row.partialValue.multipliedReportingOverflow(by: batch)
    return row.overflow || whole.overflow ? .max : whole.partialValue
  }

  /// The B×T inputs and targets of a segment.
  public func segment(at index: Int) -> Segment {
    precondition(index >= 0, "BatchStream: segment \(index) must not be negative")
    let start = index % count * segmentLength
    func gather(from start: Int) -> [Int32] {
      (0..<batch).flatMap { row in symbols[row * rowLength + start..<row * rowLength + start + segmentLength] }
    }
    return Segment(
      inputs: gather(from: start), targets: gather(from: start + 1), batch: batch, length: segmentLength,
      pass: index / count, startsStream: index % count == 0)
  }
}

/// T consecutive symbols of each of B rows, and the symbols that follow them.
public struct Segment: Sendable, Equatable {
  /// B×T symbols, row-major: the symbol of row b at time t has index b·T + t.
  public let inputs: [Int32]
  /// B×T symbols: the successors of the inputs, in the same order.
  public let targets: [Int32]
  /// B, the number of rows.
  public let batch: Int
  /// T, the number of symbols of each row.
  public let length: Int
  /// How many times the stream was read to its end before.
  public let pass: Int
  /// Whether this is the first segment of a pass: what memory holds does not precede it and must be discarded.
  public let startsStream: Bool
}
