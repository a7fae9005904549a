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

  @Test("What is read in pieces is what is read at once")
  func pieces() throws {
    var run = try smallRun()
    run.model.memory = 20
    let model = run.livelyModel(Double.self)
    var whole = Generator(model, k: 2, sampling: Sampling(temperature: 1), seed: 1)
    whole.read(prompt)
    var pieces = Generator(model, k: 2, sampling: Sampling(temperature: 1), seed: 1)
    for symbol in prompt { pieces.read([symbol]) }
    #expect(mismatch(pieces.scores, whole.scores, absolute: 1e-11, relative: 1e-11) == nil)
  }

  @Test("The context is M + T symbols in the first layer: earlier ones are forgotten, later ones are not")
  func limit() throws {
    // One layer, so that nothing older shines through the memory of deeper layers: M + T = 11.
    var run = try smallRun()
    run.model.layers = 1
    let model = run.livelyModel(Double.self)
    func scores(changing place: Int) -> [Double] {
      var symbols = (0..<30).map { Int32($0 % 7) }
      symbols[place] = 20
      var generator = Generator(model, k: 2, sampling: Sampling(temperature: 0), seed: 1)
      for symbol in symbols { generator.read([symbol]) }
      return generator.scores
    }
    #expect(scores(changing: 18) == scores(changing: 0))
    #expect(scores(changing: 19) != scores(changing: 0))
    #expect(scores(changing: 29) != scores(changing: 0))
  }

  @Test("The same seed writes the same text, another seed another")
  func seeds() throws {
    let model = try smallRun().model(Float.self)
    func text(_ seed: UInt64) throws -> [Int32] {
      var generator = Generator(model, k: 2, sampling: Sampling(temperature: 1), seed: seed)
      generator.read(prompt)
      return try (0..<40).map { _ in try generator.next() }
    }
    #expect(try text(1) == text(1))
    #expect(try text(1) != text(2))
    #expect(try text(1).allSatisfy { (0..<25).contains($0) })
  }

  @Test("A generator with a new seed continues what was read as one made with that seed does")
  func reseeding() throws {
    let model = try smallRun().model(Float.self)
    func text(_ generator: Generator<Float>) throws -> [Int32] {
      var generator = generator
      return try (0..<40).map { _ in try generator.next() }
    }
    var prepared = Generator(model, k: 2, seed: 1)
    prepared.read(prompt)
    let first = try text(prepared)
    var other = Generator(model, k: 2, seed: 2)
    other.read(prompt)
    let expected = try text(other)
    prepared.reseed(2)
    #expect(try text(prepared) == expected && first != expected)
    prepared.reseed(1)
    #expect(try text(prepared) == first)
  }

  @Test("Symbols come as often as softmax(logits / temperature) says")
  func frequencies() throws {
    let run = try smallRun()
    let model = run.livelyModel(Double.self)
    for temperature in [0.5, 2] {
      var reader = Generator(model, k: 2, sampling: Sampling(temperature: temperature), seed: 1)
      reader.read(prompt)
      let expected = Tensor<Double>([25], reader.scores.map { $0 / temperature }).softmax().scalars
      var counts = [Double](repeating: 0, count: 25)
      for seed in 0..<1000 {
        var generator = Generator(model, k: 2, sampling: Sampling(temperature: temperature), seed: UInt64(seed))
        generator.read(prompt)
        counts[Int(try generator.next())] += 1
      }
      // Five standard deviations of a count of 1000 draws.
      let bound = 5 * (0.25 / 1000).squareRoot()
      #expect(mismatch(counts.map { $0 / 1000 }, expected, absolute: bound) == nil)
    }
  }
}
