/// Distances of recalled symbols that are reported together: up to 4, 16, 64, 128 and 256 symbols, and beyond.
public struct DistanceRange: Hashable, Sendable {
  /// The smallest distance.
  public let lowest: Int
  /// The largest distance; nil for the range without end.
  public let highest: Int?

  /// All of them, nearest first.
  public static let all: [DistanceRange] = {
    let ends: [Int?] = [4, 16, 64, 128, 256, nil]
    let starts = [1] + ends.compactMap { $0.map { $0 + 1 } }
    return zip(starts, ends).map { DistanceRange(lowest: $0, highest: $1) }
  }()

  /// Returns the place of a distance among all ranges.
  ///
  /// - Parameter distance: At least 1.
  public static func index(of distance: Int) -> Int {
    all.firstIndex { range in range.highest.map { distance <= $0 } ?? true } ?? all.count - 1
  }
}

extension DistanceRange: CustomStringConvertible {
  /// "5 to 16", "above 256".
  public var description: String { highest.map { "\(lowest) to \($0)" } ?? "above \(lowest - 1)" }
}
