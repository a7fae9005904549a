import Testing

@testable import Tables

@Suite("Numbers as text")
struct NumeralTests {
  @Test("Values have the digits asked for, groups of three, exponents at the extremes and no empty zeros")
  func values() {
    let expected: [(Double, String)] = [
      (0, "0"), (-0.0, "0"), (1.5, "1.5"), (1234.5678, "1,235"), (1_234_567, "1,234,567"), (12_345_678, "1.235e7"),
      (1e-12, "1e-12"), (0.000123456, "0.0001235"), (0.0000123456, "1.235e-5"), (-3.14159, "-3.142"), (999.96, "1,000"),
      (.nan, "NaN"), (.infinity, "∞"), (-.infinity, "-∞"), (1e12, "1e12"), (100, "100"), (-0.00000000001, "-1e-11"),
    ]
    for (value, text) in expected { #expect(Numeral.value(value) == text) }
    #expect(Numeral.value(1.6849999, digits: 6) == "1.685" && Numeral.value(1.684123, digits: 6) == "1.68412")
    #expect([0, 999, 12_345_678].map { Numeral.count($0) } == ["0", "999", "12,345,678"])
  }

  @Test("A number that is too long for a table has an exponent")
  func long() {
    #expect(Numeral.text(123_456_789_012, digits: 1) == "123456789012.0")
    #expect(Numeral.text(1.7e308, digits: 3) == "1.7e308" && Numeral.text(-2.5e12, digits: 3) == "-2.5e12")
  }

  @Test("Ticks have as many decimals as tell them apart, and exponents only if that is shorter")
  func ticks() {
    #expect(Numeral.ticks([0, 0.5, 1], step: 0.5) == ["0.0", "0.5", "1.0"])
    #expect(Numeral.ticks([0, 500, 1000, 1500], step: 500) == ["0", "500", "1,000", "1,500"])
    #expect(Numeral.ticks([0, 5e11, 1e12], step: 5e11) == ["0", "5e11", "1e12"])
    #expect(Numeral.ticks([-2e-12, 0, 2e-12], step: 2e-12) == ["-2e-12", "0", "2e-12"])
    #expect(Numeral.ticks([1_000_000, 1_000_001], step: 1) == ["1,000,000", "1,000,001"])
  }

  @Test("An estimate has one number of digits for both its numbers, and its unit behind them")
  func estimates() {
    #expect(Estimate(1.5, halfWidth: 0.25).text(digits: 3, unit: "bits") == "1.500 ± 0.250 bits")
    #expect(Estimate(1.5, halfWidth: 0.25).text(digits: nil) == "1.5 ± 0.25")
    #expect(Estimate(1.5).text(digits: 1, unit: "bits") == "1.5 bits" && Estimate(1.5).text(digits: 0) == "2")
  }
}
