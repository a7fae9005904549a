import TestSupport
import Testing

@Suite("The comparator of all tests")
struct MismatchTests {
  @Test("accepts equal numbers, numbers inside the bound, and equal infinities")
  func accepts() {
    #expect(mismatch([1.0, -2], [1, -2]) == nil)
    #expect(mismatch([1.1], [1.0], absolute: 0.11) == nil)
    #expect(mismatch([110.0], [100], relative: 0.11) == nil)
    #expect(mismatch([Double.infinity, -.infinity], [.infinity, -.infinity]) == nil)
    #expect(mismatch([0.0], [-0.0]) == nil)
  }

  @Test("rejects numbers beyond the bound and names the worst")
  func rejects() throws {
    let found = try #require(mismatch([1, 2.5, 3.2], [1.0, 2, 3], absolute: 0.1))
    #expect(found.hasPrefix("index 1"))
    #expect(mismatch([1.0], [Double(1).nextUp]) != nil)
    #expect(mismatch([-1.0], [1], absolute: 1) != nil)
  }

  @Test("rejects NaN, infinity against a number, unequal counts and empty lists, however wide the bound")
  func rejectsWhatIsNoNumber() {
    let wide = Double.infinity
    #expect(mismatch([Double.nan], [1], absolute: wide) != nil)
    #expect(mismatch([1], [Double.nan], absolute: wide) != nil)
    #expect(mismatch([Double.nan], [.nan], absolute: wide) != nil)
    #expect(mismatch([Double.infinity], [1], absolute: wide) != nil)
    #expect(mismatch([Double.infinity], [-.infinity], absolute: wide) != nil)
    #expect(mismatch([1, 2.0], [1], absolute: wide) != nil)
    #expect(mismatch([Double](), [], absolute: wide) != nil)
  }
}
