import TestSupport
import Testing

@testable import Kernels
@testable import Tensors

/// The sizes at which every kernel is held to its definition: on both sides of every boundary that a kernel has.
///
/// They follow from the lanes, tiles and blocks of the kernels themselves, so a boundary that moves is still met. No case
/// chooses its sizes: it names the kind of its argument and gets them all.
enum KernelSizes {
  /// The numbers of lanes of both scalars.
  static let lanes = [SIMD8<Double>.scalarCount, SIMD16<Float>.scalarCount]

  /// One less, the number itself and one more.
  static func around(_ number: Int) -> [Int] { [number - 1, number, number + 1] }

  private static func sorted(_ sizes: [Int]) -> [Int] { Set(sizes).sorted() }

  /// Lengths of arrays: none, 1 … 2 vectors + 1, four vectors (one turn of an unrolled loop), a tile, several tiles.
  static let lengths = sorted(
    [0, 1, 2, 3, 1000] + lanes.flatMap { around($0) + around(2 * $0) + around(4 * $0) } + around(Kernel.tile)
      + [3 * Kernel.tile + 17])

  /// Widths of rows: 1 … 2 vectors + 1, four vectors, model and vocabulary widths.
  static let widths = sorted(
    [1, 2, 3, 40, 72, 130, 205, 256] + lanes.flatMap { around($0) + around(2 * $0) + around(4 * $0) })

  /// Numbers of rows of a given width: none, one, more than a vector, a tile and a few of the next.
  static func rows(width: Int) -> [Int] { [0, 1, 9, 17, Kernel.rowsInTile(columns: width) + 3] }

  /// Sizes of matrix products: one row and one column, register tiles, panels, blocks of the depth, tiles of the result.
  static let products: [(rows: Int, depth: Int, columns: Int)] = {
    let small = [1, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 16, 17, 31, 32, 33]
    var sizes: [(rows: Int, depth: Int, columns: Int)] = []
    for (index, rows) in small.enumerated() {
      for columns in small { sizes.append((rows, small[(index + columns) % small.count], columns)) }
    }
    let deepest = Tiling.deepest
    // A block of the depth is at most so long, a tile 128 to 512 rows and 128 or 512 columns.
    for (rows, depth, columns) in [
      (127, deepest - 1, 129), (128, deepest, 128), (129, deepest + 1, 127), (257, 2 * deepest + 1, 65), (513, 17, 127),
      (17, deepest + 1, 513), (1, deepest, 130), (1, deepest + 1, 33), (3, 3 * deepest + 1, 40), (70, 20, 260),
      // A's rows lie a multiple of 4 KiB apart; A and B are large enough to be fetched ahead.
      (9, 1024, 66), (260, 1024, 40),
    ] {
      sizes.append((rows, depth, columns))
    }
    return sizes
  }()

  /// Sizes of relative attention: heads narrower and wider than vectors, up to more than two groups of 128 queries.
  static let attentions: [AttentionSize] = {
    var sizes: [AttentionSize] = []
    for width in [1, 3, 8, 9, 16, 17, 20, 31, 33, 64] {
      sizes.append(AttentionSize(1, queries: 5, memory: 3, heads: 2, width: width))
      sizes.append(AttentionSize(2, queries: 33, memory: 17, heads: 2, width: width, dropout: 0.3))
      sizes.append(AttentionSize(2, queries: 1, memory: 40, heads: 2, width: width))
      sizes.append(AttentionSize(1, queries: 1, memory: 0, heads: 1, width: width, dropout: 0.5))
    }
    for (queries, memory) in [(31, 0), (32, 1), (64, 32), (65, 63), (127, 16), (128, 0), (129, 5), (160, 17), (261, 9)]
    {
      sizes.append(AttentionSize(1, queries: queries, memory: memory, heads: 1, width: 20))
      sizes.append(AttentionSize(1, queries: queries, memory: memory, heads: 2, width: 17, dropout: 0.2))
    }
    sizes.append(AttentionSize(1, queries: 130, memory: 130, heads: 1, width: 64))
    return sizes
  }()
}

/// Sizes of one relative attention.
struct AttentionSize: Sendable, CustomStringConvertible {
  let batch: Int  // B
  let queries: Int  // T
  let memory: Int  // M′
  let heads: Int  // H
  let headWidth: Int  // d_h
  let dropout: Double

  init(_ batch: Int, queries: Int, memory: Int, heads: Int, width: Int, dropout: Double = 0) {
    (self.batch, self.queries, self.memory, self.heads, headWidth) = (batch, queries, memory, heads, width)
    self.dropout = dropout
  }

  var keys: Int { memory + queries }
  var width: Int { heads * headWidth }
  var description: String {
    "B \(batch), T \(queries), M' \(memory), H \(heads), d_h \(headWidth), dropout \(dropout)"
  }
}

/// Returns numbers from the standard normal distribution.
func normals<S: Real>(_ count: Int, seed: UInt64, scale: S = 1) -> [S] {
  var random = Random(seed: seed)
  return (0..<count).map { _ in S(random.normal()) * scale }
}

/// Runs a kernel on a copy of `initial` between guards, and returns the copy; fails if a guard changed.
///
/// The copy starts at an odd place, so no vector in it is aligned.
func guarded<S: Real>(_ initial: [S], _ kernel: (UnsafeMutablePointer<S>) -> Void) -> [S] {
  let guardValue: S = 12345
  let edge = 19
  let count = initial.count + 2 * edge
  let memory = UnsafeMutablePointer<S>.allocate(capacity: count)
  defer { memory.deallocate() }
  memory.initialize(repeating: guardValue, count: count)
  for (index, value) in initial.enumerated() { memory[edge + index] = value }
  kernel(memory + edge)
  let all = Array(UnsafeBufferPointer(start: memory, count: count))
  #expect(all.prefix(edge).allSatisfy { $0 == guardValue }, "written before the result")
  #expect(all.suffix(edge).allSatisfy { $0 == guardValue }, "written behind the result")
  return Array(all.dropFirst(edge).dropLast(edge))
}

/// Runs a kernel on two arrays, either of which it may be given otherwise; not at all where they are empty.
func withPointers<S: Real>(_ x: [S], _ y: [S], _ kernel: (UnsafePointer<S>, UnsafePointer<S>) -> Void) {
  x.withUnsafeBufferPointer { xs in
    y.withUnsafeBufferPointer { ys in
      if let x = xs.baseAddress, let y = ys.baseAddress { kernel(x, y) }
    }
  }
}

/// Runs a kernel with 1, 2 and 3 workers, requires the same bits each time, and returns them.
func sameForAnyWorkers<S: Real>(_ initial: [S], _ kernel: (UnsafeMutablePointer<S>, Workers) -> Void) -> [S] {
  let results = (1...3).map { count in guarded(initial) { kernel($0, Workers(count: count)) } }
  for other in results.dropFirst() {
    let isSame = zip(results[0], other).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
    #expect(isSame, "the result depends on the number of workers")
  }
  return results[0]
}

/// Fails unless `actual` agrees with `expected`; two empty lists agree.
func expectEqual<S: Real>(
  _ actual: [S], _ expected: [S], absolute: S = 0, relative: S = 0, _ what: String,
  at location: SourceLocation = #_sourceLocation
) {
  if actual.isEmpty && expected.isEmpty { return }
  if let found = mismatch(actual, expected, absolute: absolute, relative: relative) {
    Issue.record("\(what), \(S.self), \(expected.count) elements: \(found)", sourceLocation: location)
  }
}

/// Numbers at a place that stays, for kernels that are described before they run.
final class Memory<S: Real> {
  private let mutable: UnsafeMutablePointer<S>
  private let count: Int

  init(_ scalars: [S]) {
    count = scalars.count
    mutable = .allocate(capacity: max(1, count))
    for (index, value) in scalars.enumerated() { (mutable + index).initialize(to: value) }
  }

  deinit { mutable.deallocate() }

  var pointer: UnsafePointer<S> { UnsafePointer(mutable) }
  var scalars: [S] { Array(UnsafeBufferPointer(start: mutable, count: count)) }
  subscript(index: Int) -> S { mutable[index] }
}

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
