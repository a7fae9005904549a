import Testing

@testable import Corpora

@Suite("Splits")
struct SplitsTests {
  @Test("The splits are contiguous, in file order, and together the whole text")
  func partition() {
    for count in Array(0...500) + [999_999, 1_115_394, .max] {
      let ranges = Splits<Range<Int>>(ofSymbols: count)
      #expect(ranges.train.lowerBound == 0)
      #expect(ranges.train.upperBound == ranges.validation.lowerBound)
      #expect(ranges.validation.upperBound == ranges.test.lowerBound)
      #expect(ranges.test.upperBound == count)
    }
  }

  @Test("A file of 100,000,000 bytes is cut into the customary 90, 5 and 5 million")
  func enwik8() {
    let sizes = Splits<Range<Int>>(ofSymbols: 100_000_000).map(\.count)
    #expect(sizes == Splits(train: 90_000_000, validation: 5_000_000, test: 5_000_000))
  }

  @Test("The smallest text with splits of given sizes is found")
  func smallestWhole() {
    for minimum in [
      Splits(all: 0), Splits(all: 2), Splits(train: 1000, validation: 3, test: 4),
      Splits(train: 1, validation: 77, test: 2), Splits(train: 1, validation: 2, test: 77),
    ] {
      func suffices(_ count: Int) -> Bool {
        let sizes = Splits<Range<Int>>(ofSymbols: count).map(\.count)
        return SplitName.allCases.allSatisfy { sizes[$0] >= minimum[$0] }
      }
      #expect(minimum.smallestWhole() == (0...).first(where: suffices))
    }
  }
}
