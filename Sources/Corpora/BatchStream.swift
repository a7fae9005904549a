/// A stream of symbols cut into B equally long contiguous rows, which are walked through in segments of T symbols.
///
/// Row b holds symbols b·n ..< (b+1)·n of the split, n = ⌊count / B⌋; the remainder is dropped. Segment t of row b
/// follows segment t−1 of the same row, and the target is the input shifted by one, so that every symbol of a row but
/// its first is a target once. Nothing is shuffled. The segment of an index does not depend on any state: to
/// resume, the step number is enough.
public struct BatchStream: Sendable {
  /// What the segments are for.
  public enum Purpose: Sendable {
    /// All segments have T symbols. The shorter rest at the end is dropped; the index goes on for ever and starts
    /// again at the beginning, where memory must be emptied: the end of a row does not precede its beginning.
    case training
    /// The last segment may be shorter, every target counts exactly once, and the index ends.
    case evaluation
  }

  /// The symbols of the split.
  public let symbols: [Int32]
  /// B, the number of rows.
  public let batch: Int
  /// T, the number of symbols in a segment.
  public let segmentLength: Int
  /// What the segments are for.
  public let purpose: Purpose

  /// n, the number of symbols in a row.
  public var rowLength: Int { symbols.count / batch }

  /// The number of segments of one pass over the split.
  public var count: Int {
    switch purpose {
    case .training: (rowLength - 1) / segmentLength
    case .evaluation: (rowLength - 2) / segmentLength + 1
    }
  }

  /// The number of targets of one pass over the split.
  public var targetCount: Int {
    switch purpose {
    case .training: batch * count * segmentLength
    case .evaluation: batch * (rowLength - 1)
    }
  }

  /// Cuts symbols into rows.
  ///
  /// - Throws: `CorpusError` when a row is shorter than T + 1 symbols (training) or 2 symbols (evaluation).
  public init(_ symbols: [Int32], batch: Int, segmentLength: Int, purpose: Purpose) throws {
    precondition(
      batch > 0 && segmentLength > 0, "BatchStream: batch \(batch) and segment \(segmentLength) must be positive")
    let needed = BatchStream.minimumSymbols(batch: batch, segmentLength: segmentLength, purpose: purpose)
    guard symbols.count >= needed else {
      throw CorpusError(
        "the split has \(symbols.count) symbols, expected at least \(needed) for a batch of \(batch) rows and "
          + "segments of \(segmentLength) symbols")
    }
    (self.symbols, self.batch, self.segmentLength, self.purpose) = (symbols, batch, segmentLength, purpose)
  }

  /// The number of symbols that a split needs: B·(T+1) for training, 2·B for evaluation, or the largest integer.
  public static func minimumSymbols(batch: Int, segmentLength: Int, purpose: Purpose) -> Int {
    let row = (purpose == .training ? segmentLength : 1).addingReportingOverflow(1)
    let whole = row.partialValue.multipliedReportingOverflow(by: batch)
    return row.overflow || whole.overflow ? .max : whole.partialValue
  }

  /// The B×T inputs and targets of a segment; its index is below ``count`` for evaluation.
  public func segment(at index: Int) -> Segment {
    let columns = columns(of: index)
    return Segment(
      inputs: gather(symbols, columns), targets: gather(symbols, columns.lowerBound + 1..<columns.upperBound + 1),
      batch: batch, length: columns.count, pass: index / count, startsStream: index % count == 0)
  }

  /// What belongs to the inputs of a segment, for instance the dialect of each of them.
  public func annotations<Value>(_ annotations: [Value], ofInputsAt index: Int) -> [Value] {
    gather(annotations, columns(of: index))
  }

  /// What belongs to the targets of a segment, for instance the position in the line of each of them.
  public func annotations<Value>(_ annotations: [Value], ofTargetsAt index: Int) -> [Value] {
    let columns = columns(of: index)
    return gather(annotations, columns.lowerBound + 1..<columns.upperBound + 1)
  }

  /// The columns of the inputs of a segment in every row.
  private func columns(of index: Int) -> Range<Int> {
    precondition(index >= 0, "BatchStream: segment \(index) must not be negative")
    precondition(purpose == .training || index < count, "BatchStream: segment \(index) is not in 0 ..< \(count)")
    let start = index % count * segmentLength
    return start..<start + min(segmentLength, rowLength - 1 - start)
  }

  /// The same columns of all rows, row after row.
  private func gather<Value>(_ values: [Value], _ columns: Range<Int>) -> [Value] {
    precondition(
      values.count == symbols.count, "BatchStream: \(values.count) annotations for \(symbols.count) symbols")
    var result: [Value] = []
    result.reserveCapacity(batch * columns.count)
    for row in 0..<batch {
      let start = row * rowLength
      result += values[start + columns.lowerBound..<start + columns.upperBound]
    }
    return result
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
  /// T, the number of symbols of each row; smaller in the last segment of an evaluation.
  public let length: Int
  /// How many times the stream was read to its end before.
  public let pass: Int
  /// Whether this is the first segment of a pass: what memory holds does not precede it and must be discarded.
  public let startsStream: Bool
}
