import Autograd
import Hosts
import MixtureOfExperts
import Tensors
import TestSupport
import Testing

@testable import Experiments
@testable import Jacobian

@Suite("Other routings of trained experts")
struct RoutingPolicyTests {
  private let k = 2

  private func model(_ router: RouterKind, seed: UInt64) throws -> LanguageModel<Double> {
    let model = LanguageModel<Double>(try sampleRun(router).model, seed: seed)
    for parameter in model.parameters where !parameter.name.hasSuffix("gain") {
      parameter.value = parameter.value.scaled(by: 12)
    }
    return model
  }

  /// What the first mixture does with some tokens.
  private func routed(
    _ policy: RoutingPolicy, _ router: RouterKind = .hyperRouter
  ) throws -> (
    output: Tensor<Double>, logits: Tensor<Double>, selection: [Int32], trained: MoELayer<Double>,
    initial: MoELayer<Double>, h: Tensor<Double>
  ) {
    let (model, initial) = (try model(router, seed: 5), try model(router, seed: 6))
    let layer = try #require(policy.applied(to: model, initial: initial).mixtures.first)
    let h: Tensor<Double> = sample([64, 16], seed: 9)
    let found = layer(Tape.evaluating().constant(h), k: k, random: nil)
    let record = try #require(found.routing)
    return (found.output.value, record.logits, record.selection, model.mixtures[0], initial.mixtures[0], h)
  }

  private func loads(_ selection: [Int32]) -> [Int] {
    (0..<8).map { expert in selection.count { Int($0) == expert } }
  }

  @Test("Learned: the model itself")
  func learned() throws {
    let found = try routed(.learned)
    let own = found.trained(Tape.evaluating().constant(found.h), k: k, random: nil)
    #expect(found.output == own.output.value && found.selection == own.routing?.selection)
  }

  @Test("Permuted: tokens exchange their experts and weights; every expert has as many tokens as before")
  func permuted() throws {
    let (found, learned) = (try routed(.permuted), try routed(.learned))
    func rows(_ tensor: Tensor<Double>) -> [[Double]] {
      (0..<64).map { tensor.sliced(0, $0..<$0 + 1).scalars }
    }
    let (moved, own) = (rows(found.logits), rows(learned.logits))
    #expect(moved != own && Set(moved) == Set(own))
    #expect(loads(found.selection) == loads(learned.selection) && found.selection != learned.selection)
    #expect(found.output != learned.output)
  }

  @Test("Uniform: a token keeps the values of its logits, but not whose they are; loads even out")
  func uniform() throws {
    let (found, learned) = (try routed(.uniform), try routed(.learned))
    for token in 0..<64 {
      let (dealt, own) = (
        found.logits.sliced(0, token..<token + 1).scalars, learned.logits.sliced(0, token..<token + 1).scalars
      )
      #expect(dealt.sorted() == own.sorted())
    }
    let (even, before) = (loads(found.selection).max() ?? 0, loads(learned.selection).max() ?? 0)
    #expect(even < before, "\(even) \(before)")
    #expect(Set(found.selection).count == 8)
  }

  @Test("Initial: the router of step 0 with the trained experts")
  func initial() throws {
    let found = try routed(.initial)
    let record = try #require(found.initial(Tape.evaluating().constant(found.h), k: k, random: nil).routing)
    #expect(found.selection == record.selection && found.logits == record.logits)
    let mixed = MoELayer(router: found.initial.router, gate: found.trained.gate, experts: found.trained.experts)
    #expect(found.output == mixed(Tape.evaluating().constant(found.h), k: k, random: nil).output.value)
  }

  @Test("The same deal every time, another one in every layer")
  func repeats() throws {
    #expect(try routed(.permuted).selection == routed(.permuted).selection)
    let model = try model(.smoe, seed: 5)
    let numbers: Tensor<Double> = sample([64, 16], seed: 9)
    let h = Tape<Double>.evaluating().constant(numbers)
    let deals = ["a", "b"].map { PermutedRouter(model.mixtures[0].router, $0, .amongTokens).logits(h).value }
    #expect(deals[0] != deals[1])
  }

  @Test("A dense network has no routing to exchange")
  func dense() throws {
    let model = try model(.dense, seed: 5)
    for policy in RoutingPolicy.allCases {
      #expect(policy.applied(to: model, initial: model).mixtures.isEmpty)
    }
  }
}
