import Autograd
import MixtureOfExperts
import Tensors
import TestSupport
import Testing

@testable import TransformerXL

/// Which weights are used where.
@Suite("Shared weights")
struct WeightSharingTests {
  let model = LanguageModel<Double>(lively: smallConfiguration(.hyperRouter), seed: 1)
  let tokens: [Int32] = [0, 3, 0, 2, 2, 3]

  @Test("√d scales the input embedding, and the first level of memory is that embedding")
  func inputIsScaled() throws {
    let embedding = try #require(model.parameter("embedding.weight")).value
    let expected = tokens.flatMap { token in (0..<4).map { 2 * embedding[Int(token), $0] } }
    #expect(mismatch(model.states(tokens, batch: 2)[0].scalars, expected, relative: 1e-15) == nil)
  }

  @Test("The output uses the same table without √d, and a bias of its own")
  func outputIsNotScaled() throws {
    let embedding = try #require(model.parameter("embedding.weight")).value
    let bias = try #require(model.parameter("output.bias")).value
    let last = model.states(tokens, batch: 2)[2].reshaped([6, 4])
    let logits = model.read(tokens, batch: 2).logits
    for token in 0..<6 {
      for symbol in 0..<5 {
        let score = (0..<4).reduce(bias[symbol]) { $0 + last[token, $1] * embedding[symbol, $1] }
        #expect(abs(logits[token, symbol] - score) < 1e-12)
      }
    }
  }

  @Test("The embedding's gradient is the output's share, plus the input's share in rows of symbols that occur")
  func embeddingGradientHasBothShares() throws {
    let targets: [Int32] = [1, 1, 4, 0, 0, 2]
    let tape = TrainingTape<Double>()
    let output = model(tokens, batch: 2, state: .empty, k: 2, random: nil, on: tape.tape)
    let gradients = tape.gradients(of: crossEntropy(output.logits, targets: targets))
    let gradient = try #require(gradients["embedding.weight"])
    let probabilities = output.logits.value.softmax()
    let last = model.states(tokens, batch: 2)[2].reshaped([6, 4])
    for symbol in 0..<5 {
      let outputShare = (0..<4).map { i in
        (0..<6).reduce(0.0) { sum, token in
          sum + (probabilities[token, symbol] - (targets[token] == symbol ? 1 : 0)) / 6 * last[token, i]
        }
      }
      let row = (0..<4).map { gradient[symbol, $0] }
      let isOutputShare = mismatch(row, outputShare, absolute: 1e-12) == nil
      #expect(outputShare.contains { abs($0) > 1e-3 })
      #expect(isOutputShare == !tokens.contains(Int32(symbol)), "symbol \(symbol)")
    }
  }

  @Test("The biases u and v serve all layers: each layer alone gives them a gradient")
  func biasesServeAllLayers() throws {
    #expect(model.parameters.filter { $0.name.hasPrefix("relative.") }.map(\.name) == ["relative.u", "relative.v"])
    #expect(model.parameters.filter { $0.name == "embedding.weight" }.count == 1)
    func isTaught(by layers: Set<Int>) throws -> [Bool] {
      let model = LanguageModel<Double>(lively: smallConfiguration(.smoe, norm: .pre), seed: 1)
      for layer in 0..<2 where !layers.contains(layer) {
        let output = try #require(model.parameter("layers.\(layer).attention.output.weight"))
        output.value = .zeros(output.value.shape)
      }
      let tape = TrainingTape<Double>()
      let output = model(tokens, batch: 2, state: .empty, k: 2, random: nil, on: tape.tape)
      let gradients = tape.gradients(of: crossEntropy(output.logits, targets: tokens))
      return try ["relative.u", "relative.v"].map { name in
        try #require(gradients[name]).scalars.contains { $0 != 0 }
      }
    }
    #expect(try isTaught(by: [0]) == [true, true])
    #expect(try isTaught(by: [1]) == [true, true])
    #expect(try isTaught(by: []) == [false, false])
  }

  @Test("Names of weights are unique, whether layers share a hypernetwork or not", arguments: [false, true])
  func namesAreUnique(sharing: Bool) {
    var configuration = smallConfiguration(.hyperRouter)
    configuration.sharesHypernetwork = sharing
    let model = LanguageModel<Double>(configuration, seed: 1)
    let names = model.parameters.map(\.name) + model.frozen.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(model.frozen.count == (sharing ? 4 : 8))
  }
}
