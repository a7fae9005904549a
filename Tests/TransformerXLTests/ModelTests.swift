import Autograd
import MixtureOfExperts
import Tensors
import TestSupport
import Testing

@testable import TransformerXL

/// What is carried from one segment to the next.
@Suite("Memory")
struct MemoryTests {
  /// The last `limit` rows of [memory ; h], row by row as the definition says.
  private func lastRows(_ memory: Tensor<Double>?, _ h: Tensor<Double>, limit: Int) -> Tensor<Double> {
    let (batch, T, d, before) = (h.shape[0], h.shape[1], h.shape[2], memory?.shape[1] ?? 0)
    let kept = min(limit, before + T)
    var scalars: [Double] = []
    for b in 0..<batch {
      for row in (before + T - kept)..<(before + T) {
        for i in 0..<d {
          scalars.append(row < before ? (memory.map { $0[b, row, i] } ?? .nan) : h[b, row - before, i])
        }
      }
    }
    return Tensor([batch, kept, d], scalars)
  }

  @Test(
    "Memory is the last M rows of what was remembered and read, at L+1 levels, and never more",
    arguments: [1, 2, 3, 4, 7, 9], [1, 2, 3, 5])
  func memoryIsTheLastRows(limit: Int, segment: Int) {
    let model = LanguageModel<Double>(lively: smallConfiguration(.hyperRouter, memory: limit), seed: 1)
    var memory = HostState<Double>.empty
    for number in 0..<5 {
      let tokens = randomTokens(2 * segment, seed: UInt64(number))
      let states = model.states(tokens, batch: 2, after: memory)
      let next = model.read(tokens, batch: 2, after: memory).memory
      #expect(next.tensors.count == 3)
      #expect(next.length == min(limit, (number + 1) * segment))
      for level in 0..<3 {
        let before = memory.length == 0 ? nil : memory.tensors[level]
        #expect(next.tensors[level] == lastRows(before, states[level], limit: limit))
      }
      memory = next
    }
  }

  @Test("Without memory nothing is remembered, and segments do not see each other")
  func memoryOffRemembersNothing() {
    let model = LanguageModel<Double>(lively: smallConfiguration(memory: 0), seed: 1)
    let first = model.read(randomTokens(3, seed: 1))
    #expect(first.memory.length == 0 && first.memory.tensors.isEmpty)
    let tokens = randomTokens(3, seed: 2)
    #expect(model.read(tokens, after: first.memory).logits == model.read(tokens).logits)
  }

  @Test("A limit given for one call overrides the configuration's")
  func limitIsAnArgument() {
    let model = LanguageModel<Double>(lively: smallConfiguration(memory: 2), seed: 1)
    let tokens = randomTokens(3)
    let long = model.read(tokens, remembering: 9).memory
    #expect(long.length == 3)
    #expect(model.read(tokens, after: long, remembering: 5).memory.length == 5)
    #expect(model.read(tokens, after: long, remembering: 0).memory.length == 0)
    #expect(model.read(tokens, after: long).memory.length == 2)
  }

  @Test("A segment's loss depends on the segment before, but no gradient flows into it")
  func gradientsStopAtMemory() throws {
    let model = LanguageModel<Double>(lively: smallConfiguration(.hyperRouter, memory: 3), seed: 1)
    let (past, present) = (randomTokens(3, seed: 1), [Int32](repeating: 0, count: 3))
    func gradients(_ read: (Tape<Double>) -> HostState<Double>) -> Gradients<Double> {
      let tape = TrainingTape<Double>()
      let output = model(present, batch: 1, state: read(tape.tape), k: 2, random: nil, on: tape.tape)
      let loss = crossEntropy(output.logits, targets: [1, 2, 3])
      return tape.gradients(of: loss)
    }
    // The past read on the very tape that is differentiated, or known only as numbers: the gradients are the same.
    let sameTape = gradients { model(past, batch: 1, state: .empty, k: 2, random: nil, on: $0).state }
    let numbers = gradients { _ in model.read(past).memory }
    let none = gradients { _ in .empty }
    for parameter in model.parameters {
      let gradient = try #require(sameTape[parameter])
      #expect(gradient == numbers[parameter], "\(parameter.name)")
    }
    #expect(sameTape["relative.v"] != none["relative.v"])
  }
}

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

@Suite("What routers add to the loss")
struct AuxiliaryLossTests {
  private func output(
    _ router: RouterKind, norm: NormPlacement = .post, coefficient: Double? = nil, random: Random?
  ) -> LanguageModel<Double>.Output {
    var configuration = smallConfiguration(router, norm: norm)
    configuration.balanceCoefficient = coefficient
    let model = LanguageModel<Double>(lively: configuration, seed: 5)
    return model(randomTokens(6), batch: 2, state: .empty, k: 2, random: random, on: .evaluating())
  }

  @Test("A model's balancing loss is the sum of its layers' α·N·Σ f_i·P_i", arguments: NormPlacement.allCases)
  func sum(norm: NormPlacement) throws {
    for (given, alpha) in [(nil, 0.01), (0.5, 0.5)] as [(Double?, Double)] {
      let found = output(.smoeBalanced, norm: norm, coefficient: given, random: Random(seed: 1))
      let terms = found.routing.map { record in
        let s = record.probabilities
        return (0..<3).reduce(0) { sum, expert in
          let f = Double(record.selection.count { $0 == Int32(expert) }) / 12
          return sum + alpha * 3 * f * (0..<6).reduce(0) { $0 + s[$1, expert] } / 6
        }
      }
      #expect(terms.count == 2 && terms[0] != terms[1])
      #expect(abs(try #require(found.auxiliaryLoss).value.scalar - terms.reduce(0, +)) < 1e-15)
    }
  }

  @Test("Nothing is added in evaluation, nor by routers without a balancing loss", arguments: RouterKind.allCases)
  func none(router: RouterKind) {
    #expect(output(router, random: nil).auxiliaryLoss == nil)
    let isAdded = output(router, random: Random(seed: 1)).auxiliaryLoss != nil
    #expect(isAdded == (router.facts?.hasBalancingLoss ?? false))
  }
}
