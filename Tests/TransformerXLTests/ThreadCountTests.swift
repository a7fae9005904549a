import Autograd
import MixtureOfExperts
import Tensors
import Testing

@testable import TransformerXL

/// Work is cut by the problem, so the number of threads changes no bit.
@Suite("Number of threads")
struct ThreadCountTests {
  @Test(
    "Logits, memory and every gradient have the same bits with 1, 2 and 3 threads",
    arguments: [RouterKind.hyperRouter, .smoe, .dense])
  func threadsChangeNoBit(router: RouterKind) throws {
    var configuration = Configuration(
      vocabulary: 40, layers: 2, modelWidth: 64, heads: 4, headWidth: 16, expertWidth: 128, experts: 8, segment: 64,
      memory: 64, router: router)
    configuration.hypernetworkWidth = 64
    configuration.attentionDropout = 0.1
    let model = LanguageModel<Float>(configuration, seed: 1)
    let tokens = randomTokens(8 * 64, vocabulary: 40)
    let memory: HostState<Float> = randomMemory(configuration, length: 64, batch: 8)

    func step(_ threads: Int) -> (logits: Tensor<Float>, memory: HostState<Float>, gradients: Gradients<Float>) {
      let tape = TrainingTape<Float>(workers: Workers(count: threads))
      let output = model(tokens, batch: 8, state: memory, k: 2, random: Random(seed: 4), on: tape.tape)
      let loss = crossEntropy(output.logits, targets: tokens.reversed())
      return (output.logits.value, output.state, tape.gradients(of: loss))
    }
    let one = step(1)
    for threads in [2, 3] {
      let more = step(threads)
      #expect(more.logits == one.logits)
      #expect(more.memory.tensors == one.memory.tensors)
      for parameter in model.parameters {
        let gradient = try #require(more.gradients[parameter])
        #expect(gradient == one.gradients[parameter], "\(parameter.name) with \(threads) threads")
      }
    }
  }
}
