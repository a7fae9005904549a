import Kernels

/// The memory of a tensor: uninitialised scalars from the pool, given back when the last tensor lets go.
///
/// A pointer read from a class does not keep the object alive under optimisation, so memory is reached through
/// ``withPointer(_:)`` only.
final class Storage<Scalar: Real>: @unchecked Sendable {
  let count: Int
  private let bytes: Int
  private let base: UnsafeMutablePointer<Scalar>

  init(count: Int) {
    self.count = count
    bytes = BufferPool.blockSize(count * MemoryLayout<Scalar>.stride)
    base = BufferPool.take(bytes).bindMemory(to: Scalar.self, capacity: count)
  }

  deinit {
    BufferPool.give(UnsafeMutableRawPointer(base), size: bytes)
  }

  @inline(__always)
  func withPointer<Result>(_ body: (UnsafeMutablePointer<Scalar>) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(self) { try body(base) }
  }
}
