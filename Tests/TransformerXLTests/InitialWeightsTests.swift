import Autograd
import Foundation
import Layers
import MixtureOfExperts
import Tensors
import TestSupport
import Testing

@testable import TransformerXL

/// N(0, 0.02²) for weights, N(1, 0.02²) for gains, N(0, 1) for e, 0 for biases; each from its seed and its name.
@Suite("Initial weights")
struct InitialWeightsTests {
  /// All weights by name, trainable or not.
  private func weights(_ configuration: Configuration, seed: UInt64) -> [String: [Float]] {
    let model = LanguageModel<Float>(configuration, seed: seed)
    let all = model.parameters.map { ($0.name, $0.value.scalars) } + model.frozen.map { ($0.name, $0.value.scalars) }
    return Dictionary(uniqueKeysWithValues: all)
  }

  /// What weights that are not N(0, 0.02²) are drawn from.
  private func drawn(_ name: String) -> (mean: Float, deviation: Float) {
    if name.hasSuffix(".gain") { return (1, 0.02) }
    if name.contains(".router.embedding") { return (0, 1) }
    return name.hasSuffix(".router.logScale") ? (-log(0.07), 0) : (0, 0.02)
  }

  @Test("The same seed gives the same bits, another seed other numbers", arguments: RouterKind.allCases)
  func seedDecides(router: RouterKind) {
    let first = weights(smallConfiguration(router), seed: 7)
    #expect(first == weights(smallConfiguration(router), seed: 7))
    let other = weights(smallConfiguration(router), seed: 8)
    for (name, values) in first where !name.contains("bias") && drawn(name).deviation != 0 {
      #expect(other[name] != values, "\(name)")
    }
  }

  @Test("Models that differ in the router share all other weights, bit for bit")
  func routersChangeNothingElse() {
    let kinds = RouterKind.allCases.filter(\.isSparse)
    let rest = kinds.map { kind in weights(smallConfiguration(kind), seed: 7).filter { !$0.key.contains(".router.") } }
    #expect(rest[0].count == 28)
    #expect(rest.dropFirst().allSatisfy { $0 == rest[0] })
    let dense = weights(smallConfiguration(.dense), seed: 7).filter { !$0.key.contains(".dense.") }
    #expect(dense.count == 20)
    for (name, values) in dense { #expect(rest[0][name] == values, "\(name)") }
    // The fixed router of SMoE-Dropout is the one that SMoE starts from.
    #expect(weights(smallConfiguration(.smoe), seed: 7) == weights(smallConfiguration(.smoeDropout), seed: 7))
  }

  @Test("No two weights of a kind start equal")
  func weightsDiffer() {
    let all = weights(smallConfiguration(.hyperRouter), seed: 7).filter { !$0.key.contains("bias") }
    #expect(Set(all.values).count == all.count)
  }

  @Test("Standard deviations are 0.02, of gains about 1 and of e 1; biases are 0", arguments: RouterKind.allCases)
  func spreadIsAsPublished(router: RouterKind) {
    var configuration = Configuration(
      vocabulary: 50, layers: 1, modelWidth: 48, heads: 3, headWidth: 16, expertWidth: 32, experts: 8, segment: 8,
      memory: 8, router: router)
    configuration.hypernetworkWidth = 24
    for (name, values) in weights(configuration, seed: 9) {
      if name.contains("bias") {
        #expect(values.allSatisfy { $0 == 0 }, "\(name)")
        continue
      }
      let (mean, deviation) = drawn(name)
      let n = Float(values.count)
      let average = values.reduce(0, +) / n
      let spread = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n).squareRoot()
      // Five standard errors of the mean and of the standard deviation.
      #expect(abs(average - mean) <= 5 * deviation / n.squareRoot(), "\(name): mean \(average)")
      #expect(abs(spread - deviation) <= 5 * deviation / (2 * n).squareRoot(), "\(name): deviation \(spread)")
    }
  }

  @Test("At the paper's size a generated router starts about 3.6 times as large as a trained one (D6)")
  func generatedRoutersStartLarger() {
    let (d, N, m, s) = (256, 16, 256, 256)
    let router = HyperRouter<Float>("router", RouterSizes(width: d, experts: N), initializer: Initializer(seed: 3))
    let W_r = router.weights(on: .evaluating()).W_r.value
    let measured = (W_r.sumOfSquares() / Float(W_r.count)).squareRoot()
    // V1 e has variance 0.02² m; half of its square survives the ReLU; V2 sums s of them: σ² = 0.02² · s · 0.02² m / 2.
    let expected = Float(0.02 * 0.02) * (Float(s) * Float(m) / 2).squareRoot()
    #expect(abs(expected - 0.0724) < 1e-4)
    #expect(abs(measured / expected - 1) < 0.15, "\(measured) against \(expected)")
  }
}
