import Testing

@testable import Benchmarks

@Suite("Element-wise kernels, measured")
struct KernelBenchmarkTests {
  @Test("Nanoseconds are for one element, beside those of a copy for each byte read and written")
  func row() {
    // 2 µs for 1,000 elements; a copy moves 8,000 bytes in 4 µs: half a nanosecond a byte, 12 bytes an element.
    let row = KernelBenchmark.Row("add", count: 1000, bytes: 12, seconds: 2e-6, copySeconds: 4e-6)
    #expect(row.kernel == "add" && row.count == 1000)
    #expect(abs(row.nsPerElement - 2) < 1e-12 && abs(row.copyNsPerElement - 6) < 1e-12)
  }

  @Test("Every kernel has a row; none takes a microsecond an element, none no time")
  func rows() {
    let rows = KernelBenchmark(isQuick: true).rows(count: 65_536)
    #expect(rows.count == 7 && Set(rows.map(\.kernel)).count == 7)
    for row in rows {
      #expect(row.count == 65_536)
      #expect(row.nsPerElement > 1e-4 && row.nsPerElement < 1e3, "\(row.kernel)")
      #expect(row.copyNsPerElement > 1e-4 && row.copyNsPerElement < 1e3, "\(row.kernel)")
    }
  }
}
