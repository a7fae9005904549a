import Synchronization

#if os(Linux) && canImport(Glibc)
  import Glibc
#endif

/// Returns freed blocks of memory to the next request of the same size class.
///
/// Large blocks fresh from the system are paid for in page faults, one per 4 KiB; a training step asks for the same
/// sizes again and again. Sizes are rounded up to an eighth of their power of two, so at most an eighth is wasted.
package enum BufferPool {
  /// The alignment of every block, in bytes: one cache line, at least one vector.
  static let alignment = Cache.line

  /// The size of a large page; blocks at least as large lie on such pages where the system has them.
  private static let hugePage = 2 << 20

  private static let free = Mutex<[Int: [UInt]]>([:])

  /// Returns the size class that holds `bytes`: the size of the block, at least `bytes`.
  package static func blockSize(_ bytes: Int) -> Int {
    if bytes <= 512 { return (max(bytes, 1) + 63) & ~63 }
    let step = 1 << (bytes.bitWidth - bytes.leadingZeroBitCount - 4)
    return (bytes + step - 1) & ~(step - 1)
  }

  /// Returns an uninitialised block of exactly `size` bytes, a value that ``blockSize(_:)`` gave.
  package static func take(_ size: Int) -> UnsafeMutableRawPointer {
    let recycled = free.withLock { lists in lists[size]?.popLast() }
    if let recycled, let block = UnsafeMutableRawPointer(bitPattern: recycled) { return block }
    guard size >= hugePage else { return UnsafeMutableRawPointer.allocate(byteCount: size, alignment: alignment) }
    let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: hugePage)
    #if os(Linux) && canImport(Glibc)
      // Fewer page faults when it is first written, fewer misses of the address cache when rows lie far apart.
      madvise(block, size & ~(hugePage - 1), MADV_HUGEPAGE)
    #endif
    return block
  }

  /// Returns all free blocks to the system.
  static func release() {
    let blocks = free.withLock { lists in
      defer { lists = [:] }
      return lists.values.flatMap { $0 }
    }
    for block in blocks { UnsafeMutableRawPointer(bitPattern: block)?.deallocate() }
  }

  /// Takes a block back.
  package static func give(_ block: UnsafeMutableRawPointer, size: Int) {
    free.withLock { lists in lists[size, default: []].append(UInt(bitPattern: block)) }
  }
}

/// Returns the memory that tensors no longer use to the system, instead of keeping it for the next tensor.
public func releaseUnusedMemory() { BufferPool.release() }
