import Corpora
import Foundation
import RunFiles

/// What recalled symbols cost, all together and by distance.
struct RecallTally {
  private var loss = 0.0
  private var symbols = 0
  private var ranges: [(loss: Double, symbols: Int)] = Array(repeating: (0, 0), count: DistanceRange.all.count)

  /// Counts one recalled symbol.
  mutating func add(_ value: Double, distance: Int) {
    loss += value
    symbols += 1
    let index = DistanceRange.index(of: distance)
    ranges[index].loss += value
    ranges[index].symbols += 1
  }

  /// Adds the sums of other rows.
  mutating func add(_ other: RecallTally) {
    loss += other.loss
    symbols += other.symbols
    ranges = zip(ranges, other.ranges).map { ($0.loss + $1.loss, $0.symbols + $1.symbols) }
  }

  /// The mean over all; nil if nothing was recalled.
  var bits: Double? { symbols == 0 ? nil : loss / Double(symbols) / M_LN2 }

  /// The means over distances that occur, nearest first; nil if nothing was recalled.
  var byDistance: [RecallResult]? {
    guard symbols > 0 else { return nil }
    return zip(DistanceRange.all, ranges).filter { $1.symbols > 0 }.map { range, found in
      RecallResult(range, symbols: found.symbols, bits: found.loss / Double(found.symbols) / M_LN2)
    }
  }
}

/// What recalled symbols of some distances cost.
public struct RecallResult: Codable, Equatable, Sendable {
  /// The smallest distance to the symbol that is repeated.
  public let from: Int
  /// The largest; nil for the range without end.
  @OrNull public private(set) var through: Int?
  /// Predicted symbols.
  public let symbols: Int
  /// Their mean −log₂ p.
  public let bits: Double

  /// The distances.
  public var range: DistanceRange? { DistanceRange.all.first { $0.lowest == from && $0.highest == through } }

  init(_ range: DistanceRange, symbols: Int, bits: Double) {
    from = range.lowest
    through = range.highest
    self.symbols = symbols
    self.bits = bits
  }
}
