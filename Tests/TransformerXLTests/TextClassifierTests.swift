import Autograd
@testable import MixtureOfExperts
import Tensors
import TestSupport
import Testing

@testable import TransformerXL

@Suite("Classifier of texts")
struct TextClassifierTests {
  private static let bodies: [Configuration] = [
    .smoe, .smoeDropout, .hyperRouter, .coordinateWise, .cosine, .dense,
  ].flatMap { router in NormPlacement.allCases.map { smallConfiguration(router, norm: $0) } }

  private func classifier(
    _ configuration: Configuration, _ pooling: Pooling = .mean, seed: UInt64 = 3
  ) -> TextClassifier<Double> {
    let classifier = TextClassifier(
      LanguageModel<Double>(lively: configuration, seed: seed), labels: 4, pooling: pooling, seed: seed)
    var random = Random(seed: seed).child(named: "head")
    for parameter in classifier.head { parameter.value = .normal(parameter.value.shape, random: &random) }
    return classifier
  }

  /// Texts of 1, 5, 2 and 4 symbols.
  private let texts = [1, 5, 2, 4].enumerated().map { randomTokens($1, seed: UInt64($0)) }

  private func scores(_ classifier: TextClassifier<Double>, _ texts: PaddedTexts) -> [Double] {
    classifier(texts, k: 2, random: nil, on: .evaluating()).scores.value.scalars
  }

  @Test(
    "A text's scores are W_c h + b_c of its states' mean or of its last one, by loops, each text read alone",
    arguments: bodies, Pooling.allCases)
  func definition(configuration: Configuration, pooling: Pooling) {
    let classifier = classifier(configuration, pooling)
    let (W, b) = (classifier.weight.value, classifier.bias.value)
    let expected = texts.flatMap { text -> [Double] in
      let states = classifier.body.states(text)[configuration.layers]
      let h = (0..<configuration.modelWidth).map { column in
        switch pooling {
        case .mean: text.indices.reduce(0) { $0 + states[0, $1, column] } / Double(text.count)
        case .last: states[0, text.count - 1, column]
        }
      }
      return (0..<4).map { label in h.indices.reduce(b[label]) { $0 + W[label, $1] * h[$1] } }
    }
    #expect(mismatch(scores(classifier, PaddedTexts(texts)), expected, absolute: 1e-12, relative: 1e-12) == nil)
  }

  @Test(
    "What follows a text in its row changes neither its scores nor any gradient", arguments: bodies, Pooling.allCases)
  func padding(configuration: Configuration, pooling: Pooling) throws {
    let classifier = classifier(configuration, pooling)
    let plain = PaddedTexts(texts)
    let expected = scores(classifier, plain)
    let gradients = try gradients(classifier, plain)
    var compared = 0
    for symbol in 0..<Int32(configuration.vocabulary) {
      for length in [5, 6, 9] {
        let padded = PaddedTexts(texts, length: length, padding: symbol)
        #expect(padded.tokens.count == 4 * length)
        #expect(mismatch(scores(classifier, padded), expected, absolute: 1e-12, relative: 1e-12) == nil)
        let found = try self.gradients(classifier, padded)
        for (name, gradient) in gradients {
          compared += 1
          #expect(
            mismatch(try #require(found[name]), gradient, absolute: 1e-12, relative: 1e-10) == nil,
            "\(name), padded with \(symbol) to \(length)")
        }
      }
    }
    #expect(compared == configuration.vocabulary * 3 * (classifier.parameters.count - 1))
  }

  /// The gradient of a loss by every weight that it depends on.
  private func gradients(
    _ classifier: TextClassifier<Double>, _ texts: PaddedTexts
  ) throws -> [String: [Double]] {
    let training = TrainingTape<Double>()
    let (scores, _) = classifier(texts, k: 2, random: nil, on: training.tape)
    let gradients = training.gradients(of: crossEntropy(scores, targets: [2, 0, 3, 2]))
    #expect(!gradients.names.contains("output.bias"))
    return Dictionary(
      uniqueKeysWithValues: try gradients.names.map { ($0, try #require(gradients[$0]).scalars) })
  }

  @Test(
    "Along a random direction of every weight the classifier's loss changes as its gradient says",
    arguments: [RouterKind.smoe, .smoeDropout, .hyperRouter], Pooling.allCases)
  func gradientsEqualDifferences(router: RouterKind, pooling: Pooling) throws {
    let step = 0x1p-9
    let padded = PaddedTexts(texts)
    let smooth = (0..<200).lazy.map { self.classifier(smallConfiguration(router), pooling, seed: $0) }.first {
      classifier in
      let found = Smoothness(
        classifier.body, padded.tokens, batch: padded.count, after: .empty, k: 2, random: nil)
      return found.margin > 8 * step && found.kink > 4 * step
    }
    let classifier = try #require(smooth)
    let gradients = try gradients(classifier, padded)
    let learning = classifier.parameters.filter { $0.name != "output.bias" }
    let claimed = try learning.map { Tensor<Double>($0.value.shape, try #require(gradients[$0.name])) }
    let report = directionalCheck(learning, claimed, step: step) {
      crossEntropy(classifier(padded, k: 2, random: nil, on: .evaluating()).scores, targets: [2, 0, 3, 2]).value.scalar
    }
    #expect(report.worstError <= 1e-7, "\(report)")
    #expect(report.compared == classifier.parameters.count - 1)
  }

  @Test("W_c depends on the seed alone, whatever the body; b_c begins at zero")
  func initial() {
    func head(_ router: RouterKind, body: UInt64, seed: UInt64) -> [Double] {
      TextClassifier(LanguageModel<Double>(smallConfiguration(router), seed: body), labels: 3, seed: seed)
        .head.flatMap(\.value.scalars)
    }
    let expected = head(.smoe, body: 1, seed: 5)
    #expect(head(.hyperRouter, body: 2, seed: 5) == expected && head(.smoe, body: 1, seed: 6) != expected)
    #expect(expected.suffix(3) == [0, 0, 0] && expected.dropLast(3).allSatisfy { $0 != 0 })
  }

  @Test("Rows end in padding, whose states have no weight; the weights of a text sum to 1")
  func rows() {
    let padded = PaddedTexts([[7, 8], [9], [1, 2, 3, 4]], padding: 5)
    #expect(padded.tokens == [7, 8, 5, 5, 9, 5, 5, 5, 1, 2, 3, 4])
    #expect(padded.length == 4 && padded.count == 3)
    let mean: Tensor<Double> = padded.weights(.mean)
    let last: Tensor<Double> = padded.weights(.last)
    #expect(mean.shape == [3, 1, 4] && last.shape == [3, 1, 4])
    #expect(mean.scalars == [0.5, 0.5, 0, 0, 1, 0, 0, 0, 0.25, 0.25, 0.25, 0.25])
    #expect(last.scalars == [0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1])
    #expect(PaddedTexts([[4]], length: 3).tokens == [4, 0, 0])
  }
}
