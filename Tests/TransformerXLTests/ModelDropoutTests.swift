import Autograd
import MixtureOfExperts
import Tensors
import Testing

@testable import TransformerXL

/// Dropout is decided by the randomness handed in, and absent without any.
@Suite("Dropout in a model")
struct ModelDropoutTests {
  private func logits(_ configuration: Configuration, random: Random?) -> Tensor<Double> {
    LanguageModel<Double>(lively: configuration, seed: 1)(
      randomTokens(6), batch: 2, state: .empty, k: 2, random: random, on: .evaluating()
    ).logits.value
  }

  @Test("The same randomness gives the same logits, other randomness others", arguments: NormPlacement.allCases)
  func randomnessDecides(norm: NormPlacement) {
    let configuration = smallConfiguration(.hyperRouter, norm: norm, dropout: 0.3)
    let first = logits(configuration, random: Random(seed: 1))
    #expect(first == logits(configuration, random: Random(seed: 1)))
    #expect(first != logits(configuration, random: Random(seed: 2)))
    #expect(first != logits(configuration, random: nil))
  }

  @Test("Without randomness rates are ignored, and at rate 0 randomness is", arguments: NormPlacement.allCases)
  func evaluationDropsNothing(norm: NormPlacement) {
    var dropping = smallConfiguration(.hyperRouter, norm: norm, dropout: 0.3)
    dropping.attentionDropout = 0.4
    let plain = smallConfiguration(.hyperRouter, norm: norm)
    #expect(logits(dropping, random: nil) == logits(plain, random: nil))
    #expect(logits(plain, random: Random(seed: 1)) == logits(plain, random: nil))
  }

  @Test("Attention dropout alone acts")
  func attentionDropoutActs() {
    var configuration = smallConfiguration()
    configuration.attentionDropout = 0.4
    let first = logits(configuration, random: Random(seed: 1))
    #expect(first == logits(configuration, random: Random(seed: 1)))
    #expect(first != logits(configuration, random: nil))
  }

  @Test("What is remembered of the embedding has passed its dropout, unscaled elsewhere")
  func memoryHoldsDroppedEmbeddings() {
    let model = LanguageModel<Double>(lively: smallConfiguration(dropout: 0.5, segment: 16, memory: 16), seed: 1)
    let tokens = randomTokens(16)
    let clean = model.states(tokens)[0].scalars
    let dropped = model(tokens, batch: 1, state: .empty, k: 2, random: Random(seed: 1), on: .evaluating()).state
    let values = dropped.tensors[0].scalars
    #expect(zip(values, clean).allSatisfy { $0 == 0 || abs($0 - 2 * $1) < 1e-12 })
    let zeros = values.filter { $0 == 0 }.count
    #expect(zeros > 16 && zeros < 48)
  }

  @Test("The dense network has hidden dropout only in the variant named for it")
  func denseVariantsDiffer() {
    let (without, with) = (smallConfiguration(.dense, dropout: 0.3), smallConfiguration(.denseDropout, dropout: 0.3))
    #expect(logits(without, random: nil) == logits(with, random: nil))
    #expect(logits(without, random: Random(seed: 1)) != logits(with, random: Random(seed: 1)))
  }
}
