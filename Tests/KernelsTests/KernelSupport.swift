import TestSupport
import Testing

@testable import Kernels
@testable import Tensors

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
