import Testing

@testable import Kernels
@testable import Tensors

@Suite("The buffer pool")
struct BufferPoolTests {
  /// Every size up to 5,000 bytes, then sizes around all that are a multiple of an eighth of a power of two.
  private static let sizes =
    Array(0...5000)
    + (13..<44).flatMap { exponent in
      (8...16).flatMap { eighths in [-1, 0, 1].map { eighths << (exponent - 3) + $0 } }
    }

  @Test("A block holds what was asked for, on whole cache lines, and wastes no more than an eighth beyond 512 bytes")
  func waste() {
    for bytes in Self.sizes {
      let block = BufferPool.blockSize(bytes)
      let allowed = bytes <= 512 ? max(bytes, 1) + 63 : bytes + bytes / 8
      #expect(block >= max(bytes, 1) && block <= allowed && block % 64 == 0, "\(bytes): \(block)")
    }
  }

  @Test("A block's size is a size of its own class, larger requests get no smaller blocks, an octave has eight classes")
  func classes() {
    var last = 0
    for bytes in Self.sizes.sorted() {
      let block = BufferPool.blockSize(bytes)
      #expect(BufferPool.blockSize(block) == block && block >= last, "\(bytes): \(block)")
      last = block
    }
    #expect(Set((1025...2048).map(BufferPool.blockSize)).sorted() == (9...16).map { $0 * 128 })
    #expect(Set((0...512).map(BufferPool.blockSize)).sorted() == (1...8).map { $0 * 64 })
  }

  @Test("Blocks begin on a cache line, large ones on a large page")
  func alignment() {
    for (bytes, alignment) in [(1, Cache.line), (1000, Cache.line), (2 << 20, 2 << 20), (5 << 20, 2 << 20)] {
      let size = BufferPool.blockSize(bytes)
      let block = BufferPool.take(size)
      // A recycled block was aligned as this size is when it was new.
      #expect(Int(bitPattern: block) % alignment == 0, "\(bytes)")
      BufferPool.give(block, size: size)
    }
  }
}
