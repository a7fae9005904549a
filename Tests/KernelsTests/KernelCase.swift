import TestSupport
import Testing

@testable import Kernels
@testable import Tensors

/// Kernels and the plain definition that they must equal, for both scalars and every size of their kind.
protocol KernelCase: Sendable {
  /// One size of the kernels' arguments.
  associatedtype Size

  /// What is held to be true, without the names of the kernels.
  static var statement: String { get }
  /// The functions that are held, as `SourceTree.functions` names them.
  static var kernels: [String] { get }
  /// All sizes of one kind, from ``KernelSizes``.
  static var sizes: [Size] { get }
  /// Computes with the kernels and by definition, and enters both into the ledger.
  static func check<S: Real>(_ scalar: S.Type, _ size: Size, _ ledger: Ledger)
}

/// A case over arrays; the size is their length.
protocol LengthCase: KernelCase {}

extension LengthCase {
  static var sizes: [Int] { KernelSizes.lengths }
}

/// A case over matrices.
protocol RowsCase: KernelCase {}

extension RowsCase {
  static var sizes: [(rows: Int, columns: Int)] {
    KernelSizes.widths.flatMap { width in KernelSizes.rows(width: width).map { ($0, width) } }
  }
}

/// A sum by its definition, in double precision, with what its rounding error is measured by.
struct PlainSum {
  private(set) var value = 0.0
  /// The sum of the terms' magnitudes.
  private(set) var magnitude = 0.0
  private(set) var terms = 0

  /// Adds a term.
  mutating func add(_ term: Double) {
    value += term
    magnitude += abs(term)
    terms += 1
  }
}

/// What the check of one case compared, and where it disagreed first.
final class Ledger {
  let name: String
  private(set) var compared = 0
  private(set) var disagreements = 0

  init(_ name: String) {
    self.name = name
  }

  /// Fails unless two lists agree, within bounds that are 0 unless given.
  func expectEqual<S: Real>(
    _ actual: [S], _ expected: [S], absolute: S = 0, relative: S = 0, _ what: String,
    at location: SourceLocation = #_sourceLocation
  ) {
    compared += expected.count
    if actual.isEmpty && expected.isEmpty { return }
    if let found = mismatch(actual, expected, absolute: absolute, relative: relative) {
      report("\(what): \(found)", location)
    }
  }

  /// Fails unless sums agree with their definition up to their own rounding.
  ///
  /// Each of the n additions and n multiplications, and `extra` other roundings, is wrong by at most half a unit in the last
  /// place of something not larger than Σ |terms|.
  func expectSums<S: Real>(
    _ actual: [S], _ expected: [PlainSum], extra: Int = 2, _ what: String,
    at location: SourceLocation = #_sourceLocation
  ) {
    compared += expected.count
    if actual.count != expected.count {
      return report("\(what): \(actual.count) sums against \(expected.count)", location)
    }
    for (index, sum) in expected.enumerated() {
      let bound = Double(sum.terms + extra) * Double(S.ulpOfOne) * sum.magnitude
      if !(abs(Double(actual[index]) - sum.value) <= bound) {
        return report("\(what), sum \(index): \(actual[index]) against \(sum.value), bound \(bound)", location)
      }
    }
  }

  /// Reports the first few disagreements; a kernel that is wrong is wrong at hundreds of sizes.
  private func report(_ problem: String, _ location: SourceLocation) {
    disagreements += 1
    if disagreements <= 3 { Issue.record("\(name): \(problem)", sourceLocation: location) }
  }
}
