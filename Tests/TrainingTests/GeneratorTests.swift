import Foundation
import MixtureOfExperts
import Tensors
import TestSupport
import Testing

@testable import Training

@Suite("Generator")
struct GeneratorTests {
  private let prompt: [Int32] = [3, 9, 17, 0, 24, 8, 1, 12]

  /// The logits after a whole prefix read at once.
  private func scores(_ model: LanguageModel<Double>, _ symbols: [Int32], k: Int) -> [Double] {
    let output = model(symbols, batch: 1, state: .empty, k: k, random: nil, on: .evaluating())
    return output.logits.value.sliced(0, symbols.count - 1..<symbols.count).scalars
  }

  @Test("Temperature 0 takes the likeliest symbol, and memory stands for the prefix while it fits", arguments: [1, 4])
  func prefix(k: Int) throws {
    // The layers' memories reach as far as the text: 20 symbols of memory for 8 + 12 symbols of text.
    var run = try smallRun()
    run.model.memory = 20
    let model = run.livelyModel(Double.self)
    var generator = Generator(model, k: k, sampling: Sampling(temperature: 0), seed: 1)
    generator.read(prompt)
    var text = prompt
    for _ in 0..<12 {
      let expected = scores(model, text, k: k)
      #expect(mismatch(generator.scores, expected, absolute: 1e-11, relative: 1e-11) == nil)
      let likeliest = expected.indices.reduce(0) { expected[$1] > expected[$0] ? $1 : $0 }
      text.append(try generator.next())
      #expect(text.last == Int32(likeliest))
    }
  }

  @Test(
    "The same seed writes the same text, another seed another; one set later continues what was read as one of its own")
  func seeds() throws {
    let model = try smallRun().model(Float.self)
    func reader(_ seed: UInt64) -> Generator<Float> {
      var generator = Generator(model, k: 2, sampling: Sampling(temperature: 1), seed: seed)
      generator.read(prompt)
      return generator
    }
    func text(_ generator: Generator<Float>) throws -> [Int32] {
      var generator = generator
      return try (0..<40).map { _ in try generator.next() }
    }
    let (first, other) = (try text(reader(1)), try text(reader(2)))
    #expect(try text(reader(1)) == first && first != other && first.allSatisfy { (0..<25).contains($0) })
    var prepared = reader(1)
    for (seed, expected) in [(2, other), (1, first)] as [(UInt64, [Int32])] {
      prepared.reseed(seed)
      #expect(try text(prepared) == expected)
    }
  }
}

@Suite("Sampling")
struct SamplingTests {
  /// ln of 5, 1, 5, 3, 4, 2: probabilities are these by 20.
  private let logits = [5.0, 1, 5, 3, 4, 2].map { log($0) }

  private func kept(_ sampling: Sampling, _ logits: [Double]? = nil) -> Set<Int> {
    let found = sampling.probabilities(logits ?? self.logits).probabilities
    return Set(found.indices.filter { found[$0] > 0 })
  }

  @Test("The K likeliest symbols are kept, no more and no fewer; of equally likely ones those with lower numbers")
  func symbols() {
    let expected: [Set<Int>] = [
      [0], [0, 2], [0, 2, 4], [0, 2, 4, 3], [0, 2, 4, 3, 5], [0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5],
    ]
    for (index, expected) in expected.enumerated() {
      #expect(kept(Sampling(symbols: index + 1)) == expected, "K = \(index + 1)")
    }
    #expect(kept(Sampling(symbols: 2), [1, 1, 1, 1]) == [0, 1])
    // By logits, not by probabilities that have become 0.
    #expect(kept(Sampling(symbols: 2), [-2000, 0, -1000]) == [1])
  }

  @Test("The smallest set that reaches P is kept, the symbol that reaches it included")
  func mass() {
    let cases: [(Double, Set<Int>)] = [
      (0.01, [0]), (0.24, [0]), (0.26, [0, 2]), (0.49, [0, 2]), (0.51, [0, 2, 4]), (0.69, [0, 2, 4]),
      (0.71, [0, 2, 4, 3]), (0.84, [0, 2, 4, 3]), (0.86, [0, 2, 4, 3, 5]), (0.94, [0, 2, 4, 3, 5]),
      (0.96, [0, 1, 2, 3, 4, 5]), (1, [0, 1, 2, 3, 4, 5]),
    ]
    for (mass, expected) in cases { #expect(kept(Sampling(mass: mass)) == expected, "P = \(mass)") }
    // Probabilities that are exact: a set that has just P is enough.
    #expect(kept(Sampling(mass: 0.5), [0, 0, 0, 0]) == [0, 1])
    #expect(kept(Sampling(mass: 0.75), [0, 0, 0, 0]) == [0, 1, 2])
  }

  @Test("P is a share of what K leaves, at the temperature")
  func together() {
    // K = 3 leaves 5, 5, 4 of 14: the first is 0.36 of it, two are 0.71.
    #expect(kept(Sampling(symbols: 3, mass: 0.35)) == [0])
    #expect(kept(Sampling(symbols: 3, mass: 0.7)) == [0, 2])
    #expect(kept(Sampling(symbols: 3, mass: 0.72)) == [0, 2, 4])
    // At temperature 1/2 probabilities are as 25, 1, 25, 9, 16, 4 of 80.
    #expect(kept(Sampling(temperature: 0.5, mass: 0.62)) == [0, 2])
    #expect(kept(Sampling(temperature: 0.5, mass: 0.63)) == [0, 2, 4])
  }

  @Test("What is left is drawn as often as its share says")
  func frequencies() {
    var random = Random(seed: 1)
    let sampling = Sampling(symbols: 4, mass: 0.9)
    var counts = [Double](repeating: 0, count: logits.count)
    for _ in 0..<20_000 { counts[sampling.symbol(logits, &random)] += 1 }
    // 5, 5, 4 and 3 of 17: the first three have 0.82.
    for (count, expected) in zip(counts, [5.0, 0, 5, 3, 4, 0]) {
      #expect(abs(count / 20_000 - expected / 17) < 0.02 && (expected > 0 || count == 0))
    }
  }

  @Test("K = V and P = 1 choose what was chosen before there were K and P, bit for bit")
  func unchanged() {
    var noise = Random(seed: 7)
    for _ in 0..<500 {
      let logits = (0..<30).map { _ in 5 * noise.normal() }
      for temperature in [0.3, 1, 2] {
        let seed = UInt64(noise.below(1_000_000))
        let samplings = [
          Sampling(temperature: temperature), Sampling(temperature: temperature, symbols: 30),
          Sampling(temperature: temperature, symbols: 1000, mass: 1),
        ]
        for sampling in samplings {
          var (random, own) = (Random(seed: seed), Random(seed: seed))
          #expect(sampling.symbol(logits, &random) == Self.before(logits, temperature, &own))
          #expect(random.next() == own.next(), "as many random numbers")
        }
      }
    }
  }

  @Test("Temperature 0, K = 1 and a P below the likeliest symbol's probability take the likeliest, the first of equals")
  func likeliest() {
    var random = Random(seed: 3)
    for sampling in [Sampling(temperature: 0), Sampling(symbols: 1), Sampling(mass: 0.2)] {
      for _ in 0..<50 { #expect(sampling.symbol(logits, &random) == 0) }
    }
  }

  /// The choice as it was written before.
  private static func before(_ scores: [Double], _ temperature: Double, _ random: inout Random) -> Int {
    let scaled = Tensor<Double>([scores.count], scores.map { $0 / temperature })
    var rest = random.uniform()
    for (symbol, probability) in scaled.softmax().scalars.enumerated() {
      rest -= probability
      if rest < 0 { return symbol }
    }
    return scores.indices.reduce(0) { scores[$1] > scores[$0] ? $1 : $0 }
  }
}
