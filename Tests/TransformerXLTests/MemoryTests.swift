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
