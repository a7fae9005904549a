import Foundation
import Kernels
import Testing

@testable import Tensors

@Suite("Random numbers")
struct RandomTests {
  @Test("The sequence of a seed is the same on every platform")
  func knownSequence() {
    var random = Random(seed: 1)
    let first = (0..<3).map { _ in random.next() }
    let golden: UInt64 = 0x9E37_79B9_7F4A_7C15
    let expected = (1...3).map { (place: UInt64) -> UInt64 in SplitMix64.mixed(random.key &+ place &* golden) }
    #expect(first == expected)
    // SplitMix64's published test vector: state 1234567, first output.
    let seeded: UInt64 = 1_234_567
    #expect(SplitMix64.mixed(seeded &+ golden) == 6_457_827_717_110_365_317)
  }

  @Test("Children differ from each other and from their parent, and do not disturb it")
  func children() {
    let parent = Random(seed: 7)
    var draws = Set<UInt64>()
    for index in -50..<50 {
      var child = parent.child(index)
      draws.insert(child.next())
    }
    var own = parent
    draws.insert(own.next())
    #expect(draws.count == 101)
    #expect(parent.counter == 0)
  }

  @Test("The logarithm equals the C library's to 2 units in the last place")
  func logarithm() {
    var random = Random(seed: 3)
    for _ in 0..<10_000 {
      let x = random.uniform() + 0x1p-53
      let expected = log(x)
      #expect(abs(Random.naturalLogarithm(x) - expected) <= 2 * max(expected.ulp, 0x1p-53))
    }
  }

  @Test("Normal numbers have the moments of the normal distribution")
  func moments() {
    var random = Random(seed: 11)
    let sample = (0..<200_000).map { _ in random.normal() }
    func moment(_ power: Int) -> Double { sample.reduce(0) { $0 + pow($1, Double(power)) } / Double(sample.count) }
    // Five standard errors of the sample moments.
    #expect(abs(moment(1)) < 5 * (1.0 / 200_000).squareRoot())
    #expect(abs(moment(2) - 1) < 5 * (2.0 / 200_000).squareRoot())
    #expect(abs(moment(3)) < 5 * (15.0 / 200_000).squareRoot())
    #expect(abs(moment(4) - 3) < 5 * (96.0 / 200_000).squareRoot())
  }

  @Test("Integers below a bound and trials are evenly distributed")
  func integers() {
    var random = Random(seed: 5)
    var counts = [Int](repeating: 0, count: 7)
    var successes = 0
    for _ in 0..<70_000 {
      counts[random.below(7)] += 1
      if random.bernoulli(0.3) { successes += 1 }
    }
    for count in counts { #expect(abs(count - 10_000) < 5 * 93) }
    #expect(abs(successes - 21_000) < 5 * 122)
  }
}
