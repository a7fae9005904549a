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
