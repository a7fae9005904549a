import Foundation
import Testing

@testable import Benchmarks

/// Other tests of this process allocate and free beside these, hundreds of megabytes at most: a gigabyte stands out.
@Suite("Memory in use", .serialized)
struct ProcessMemoryTests {
  private static let megabytes = 1000

  /// Calls a closure while a gigabyte is in use.
  private func whileHolding(_ body: () -> Void) {
    let count = Self.megabytes * 1_000_000
    let block = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 16)
    memset(block, 1, count)
    body()
    block.deallocate()
  }

  @Test("What is allocated and written is seen, and so is that it is given back")
  func resident() {
    let before = ProcessMemory.resident
    var during = 0.0
    whileHolding { during = ProcessMemory.resident }
    let growth = during - before
    #expect(before > 1 && before < 100_000, "in megabytes")
    #expect(growth > 600 && growth < 10_000)
    #expect(ProcessMemory.resident < during - 600)
  }

  @Test("The peak outlives what it was reached by")
  func peak() {
    ProcessMemory.resetPeak()
    let before = ProcessMemory.peak
    whileHolding {}
    #expect(ProcessMemory.peak > before + 600)
  }
}
