import Autograd
import Foundation
import Layers
import Tensors
import TestSupport
import Testing

@testable import MixtureOfExperts

@Suite("Mixture of experts and routers: derivatives")
struct LayerTests {
  @Test("Derivatives by tokens and all trainable weights equal central differences to 1e-7", arguments: layerCases)
  func derivatives(_ layer: LayerCase) {
    for seed: UInt64 in 1...2 { #expect(layer.disagreement(seed: seed, bound: 1e-7) == nil) }
  }

  @Test("A layer lists exactly the weights that it holds", arguments: layerCases)
  func listing(_ layer: LayerCase) {
    #expect(layer.listingFault() == nil)
  }

  @Test("No layer and no router is without a gradient case")
  func coverage() {
    #expect(Set(layerCases.map(\.layer)) == SourceTree.layers(of: "MixtureOfExperts"))
  }
}

let layerCases: [LayerCase] =
  routerCases.map { kind in
    LayerCase(kind.type, "logits, \(kind.name)") { seed in
      let router = kind.router(seed)
      return .init(
        router, inputs: [sample([4, width], seed: seed)], step: 0x1p-12, state: { _ in generatedSigns(router) },
        function: { router.logits($1[0]) })
    }
  }
  + routerCases.flatMap { kind in
    GateOrder.allCases.flatMap { gate in
      [1, 2, experts].map { k in
        LayerCase("MoELayer", "\(kind.name), \(gate.rawValue), k = \(k)") { moeProblem(kind, gate, k, seed: $0) }
      }
    }
  } + [
    LayerCase("MoELayer", "one token") { moeProblem(hyperRouterCase, .softmaxThenTopK, 2, tokens: 1, seed: $0) },
    LayerCase("MoELayer", "dropout 0.3") { moeProblem(hyperRouterCase, .softmaxThenTopK, 2, dropout: 0.3, seed: $0) },
    LayerCase("SMoEBalancedRouter", "balancing loss, k = 1") { balancingProblem(k: 1, seed: $0) },
    LayerCase("SMoEBalancedRouter", "balancing loss, k = 2") { balancingProblem(k: 2, seed: $0) },
    LayerCase("ExpertChoiceRouter", "experts take tokens") { takingProblem(.softmaxThenTopK, k: 1, seed: $0) },
    LayerCase("ExpertChoiceRouter", "experts take tokens, the release's order") {
      takingProblem(.topKThenSoftmax, k: 2, seed: $0)
    },
    LayerCase("PermutedRouter", "among tokens") { permutedProblem(.amongTokens, seed: $0) },
    LayerCase("PermutedRouter", "among experts") { permutedProblem(.amongExperts, seed: $0) },
    LayerCase("HeldRouter", "in a mixture") { heldProblem(seed: $0) },
    LayerCase("Experts", "one expert without rows") { expertsProblem([0, 2, 2, 0, 2], k: 1, dropout: 0, seed: $0) },
    LayerCase("Experts", "dropout 0.3") { expertsProblem([0, 2, 1, 0, 2, 1], k: 2, dropout: 0.3, seed: $0) },
    LayerCase("LanguageModel", "SMoE in the tests' host") { modelProblem(.smoe, seed: $0) },
    LayerCase("LanguageModel", "HyperRouter in the tests' host") { modelProblem(.hyperRouter, seed: $0) },
    LayerCase("TextClassifier", "mean of texts of unequal length") { classifierProblem(.mean, seed: $0) },
    LayerCase("TextClassifier", "last of texts of unequal length") { classifierProblem(.last, seed: $0) },
    LayerCase("Hypernetwork", "two maps") { hypernetworkProblem(depth: 2, seed: $0) },
    LayerCase("Hypernetwork", "four maps") { hypernetworkProblem(depth: 4, seed: $0) },
  ]

/// The tests' host around a router.
private func smallModel(_ router: RouterKind, seed: UInt64) -> LanguageModel<Double> {
  LanguageModel(Configuration.smallDecoder(router).smallDecoderHost(Initializer(seed: seed)))
}

/// Backpropagation through a whole host, by every weight.
private func modelProblem(_ router: RouterKind, seed: UInt64) -> LayerCase.Problem {
  let model = smallModel(router, seed: seed).randomized(seed: seed, scale: 0.5)
  func output(_ model: LanguageModel<Double>, on tape: Tape<Double>) -> LanguageModel<Double>.Output {
    model([1, 4, 2, 0, 6, 3], batch: 2, state: .empty, k: 2, random: nil, on: tape)
  }
  func found() -> (decisions: [Int32], margin: Double) {
    var found: (decisions: [Int32], margin: Double) = ([], .infinity)
    let watched = model.replacingFeedForwardSublayers { _, sublayer in
      guard let mixture = sublayer as? MoELayer<Double> else { return sublayer }
      return Watched(sublayer: mixture) { h in
        found.decisions = decisions(of: mixture, for: h, mixture.gate, k: 2, random: nil)
        found.margin = topKMargin(mixture.router.logits(Tape.evaluating().constant(h)).value, 2)
      }
    }
    _ = output(watched, on: .evaluating())
    return found
  }
  return .init(
    model, inputs: [], step: 0x1p-12, margin: found().margin, state: { _ in found().decisions },
    function: { tape, _ in output(model, on: tape).logits })
}

private func classifierProblem(_ pooling: Pooling, seed: UInt64) -> LayerCase.Problem {
  let classifier = TextClassifier(smallModel(.dense, seed: seed), labels: 3, pooling: pooling, seed: seed)
    .randomized(seed: seed)
  let texts = PaddedTexts([[4, 1, 3], [2], [0, 4]])
  return .init(classifier, inputs: [], step: 0x1p-9) { tape, _ in
    classifier(texts, k: 1, random: nil, on: tape).scores
  }
}

/// Logits that other tokens or experts get.
private func permutedProblem(_ deal: PermutedRouter<Double>.Deal, seed: UInt64) -> LayerCase.Problem {
  let router = PermutedRouter(hyperRouterCase.router(seed), "deal", deal)
  return .init(
    router, inputs: [sample([4, width], seed: seed)], step: 0x1p-12, state: { _ in [] },
    function: { router.logits($1[0]) })
}

/// A mixture whose router repeats logits: gradients go through the experts alone.
private func heldProblem(seed: UInt64) -> LayerCase.Problem {
  let free = moeLayer(hyperRouterCase, .softmaxThenTopK, seed: seed)
  let held = free.router.logits(Tape.evaluating().constant(sample([4, width], seed: seed &+ 1))).value
  let layer = MoELayer(router: HeldRouter(free.router, holding: held), gate: free.gate, experts: free.experts)
  return mixtureProblem(layer, k: 2, margin: topKMargin(held, 2), seed: seed)
}

/// A mixture in front of some tokens, no difference of which may change a decision.
private func mixtureProblem(
  _ layer: MoELayer<Double>, tokens: Int = 4, k: Int, random: Random? = nil, margin: Double = .infinity, seed: UInt64
) -> LayerCase.Problem {
  .init(
    layer, inputs: [sample([tokens, width], seed: seed)], step: 0x1p-12, margin: margin,
    state: { decisions(of: layer, for: $0[0], layer.gate, k: k, random: random) },
    function: { layer($1[0], k: k, random: random).output })
}

let (width, hidden, experts, embeddingWidth) = (4, 3, 3, 2)
let initializer = Initializer<Double>(seed: 1)

/// A way to make a router with random weights of order one: every kind that there is, and one deeper hypernetwork.
struct RouterCase: Sendable, CustomStringConvertible {
  let type: String
  let name: String
  let router: @Sendable (_ seed: UInt64) -> any Router<Double>
  /// Whether it has weights that are never trained.
  let hasFixedWeights: Bool
  var description: String { name }

  /// The router of a kind, of the sizes of these tests.
  init(_ kind: RouterKind, _ facts: any RouterFacts, depth: Int = RouterSizes.releasedHypernetworkDepth) {
    let sizes = sizes(depth: depth)
    func made() -> any Router<Double> {
      facts.router("router", sizes, sharing: nil, initializer: initializer)
    }
    type = String("\(Swift.type(of: made()))".prefix { $0 != "<" })
    name = depth == RouterSizes.releasedHypernetworkDepth ? kind.rawValue : "\(kind.rawValue) of depth \(depth)"
    hasFixedWeights = facts.outline(sizes).fixedCount > 0
    router = { seed in
      let router = facts.router("router", sizes, sharing: nil, initializer: initializer) as any Router<Double>
      return router.randomized(seed: seed)
    }
  }
}

let routerCases: [RouterCase] =
  RouterKind.allCases.compactMap { kind in kind.facts.map { RouterCase(kind, $0) } }
  + [RouterKind.hyperRouter].compactMap { kind in kind.facts.map { RouterCase(kind, $0, depth: 3) } }

let hyperRouterCase = routerCases.first { $0.type == "HyperRouter" } ?? routerCases[0]

func sizes(depth: Int) -> RouterSizes {
  RouterSizes(
    width: width, experts: experts, embeddingWidth: embeddingWidth, hypernetworkWidth: 5, hypernetworkDepth: depth)
}

func hyperRouter(depth: Int, seed: UInt64) -> HyperRouter<Double> {
  HyperRouter("router", sizes(depth: depth), initializer: initializer).randomized(seed: seed)
}

func moeLayer(_ kind: RouterCase, _ gate: GateOrder, dropout: Double = 0, seed: UInt64) -> MoELayer<Double> {
  let own = Experts(
    "experts", experts: experts, width: width, hidden: hidden, dropout: dropout, initializer: initializer
  ).randomized(seed: seed &+ 7)
  return MoELayer(router: kind.router(seed), gate: gate, experts: own)
}

func paperExperts(of layer: MoELayer<Double>) -> Experts<Double> {
  guard let experts = layer.experts as? Experts<Double> else { preconditionFailure("other experts: \(layer.experts)") }
  return experts
}

private func moeProblem(
  _ kind: RouterCase, _ gate: GateOrder, _ k: Int, tokens: Int = 4, dropout: Double = 0, seed: UInt64
) -> LayerCase.Problem {
  let layer = moeLayer(kind, gate, dropout: dropout, seed: seed)
  let logits = layer.router.logits(Tape.evaluating().constant(sample([tokens, width], seed: seed))).value
  return mixtureProblem(
    layer, tokens: tokens, k: k, random: dropout == 0 ? nil : Random(seed: 5),
    margin: layer.router is RandomRouter<Double> ? .infinity : topKMargin(logits, k), seed: seed)
}

/// All discrete decisions of a layer: who sees which token, and the signs of hidden units.
private func decisions(
  of layer: MoELayer<Double>, for h: Tensor<Double>, _ gate: GateOrder, k: Int, random: Random?
) -> [Int32] {
  let logits = layer.router.logits(Tape.evaluating().constant(h))
  let dispatch = layer.router.gates(logits, order: gate, k: k, random: random).assignment
  return dispatch.selection + dispatch.starts
    + hiddenSigns(h.gatheringRows(dispatch.sources), dispatch, paperExperts(of: layer)) + generatedSigns(layer.router)
}

/// The layer in training, where experts take tokens: three or six choices for five tokens.
private func takingProblem(_ gate: GateOrder, k: Int, seed: UInt64) -> LayerCase.Problem {
  let sizes = RouterSizes(width: width, experts: experts)
  let layer = MoELayer(
    router: ExpertChoiceRouter("router", sizes, initializer: initializer).randomized(seed: seed), gate: gate,
    experts: moeLayer(hyperRouterCase, gate, seed: seed).experts)
  return mixtureProblem(layer, tokens: 5, k: k, random: Random(seed: 5), seed: seed)
}

/// The balancing loss as a function of tokens and router; the choice must not change, the counts are then constants.
private func balancingProblem(k: Int, seed: UInt64) -> LayerCase.Problem {
  let sizes = RouterSizes(width: width, experts: experts)
  let router = SMoEBalancedRouter<Double>("router", sizes, initializer: initializer).randomized(seed: seed)
  func loss(_ h: Variable<Double>) -> Variable<Double> {
    let logits = router.logits(h)
    let chosen = TokenAssignment(selection: logits.value.topK(k), k: k, experts: experts)
    return router.auxiliaryLoss(logits, chosen) ?? h.tape.constant(Tensor(.nan))
  }
  return .init(
    router, inputs: [sample([5, width], seed: seed)], step: 0x1p-12,
    state: { router.logits(Tape.evaluating().constant($0[0])).value.topK(k) }, function: { loss($1[0]) })
}

private func expertsProblem(_ selection: [Int32], k: Int, dropout: Double, seed: UInt64) -> LayerCase.Problem {
  let layer = Experts(
    "experts", experts: experts, width: width, hidden: hidden, dropout: dropout, initializer: initializer
  ).randomized(seed: seed)
  let dispatch = TokenAssignment(selection: selection, k: k, experts: experts)
  return .init(
    layer, inputs: [sample([selection.count, width], seed: seed)], step: 0x1p-12,
    state: { hiddenSigns($0[0], dispatch, layer) }, function: { layer($1[0], dispatch, random: Random(seed: 2)) })
}

private func hypernetworkProblem(depth: Int, seed: UInt64) -> LayerCase.Problem {
  let network = Hypernetwork("hypernetwork", sizes(depth: depth), outputs: 7, initializer: initializer).randomized(
    seed: seed)
  return .init(
    network, inputs: [sample([3, embeddingWidth], seed: seed)], step: 0x1p-12,
    state: { generatedSigns(network, $0[0]) }, function: { network($1[0]) })
}

/// How far the least chosen logit is above the best of the others, over all tokens; infinite at k = N.
func topKMargin(_ logits: Tensor<Double>, _ k: Int) -> Double {
  let columns = logits.shape[1]
  let numbers = logits.scalars
  if k == columns { return .infinity }
  return stride(from: 0, to: numbers.count, by: columns).reduce(.infinity) { margin, start in
    let sorted = numbers[start..<start + columns].sorted(by: >)
    return min(margin, sorted[k - 1] - sorted[k])
  }
}

/// The sign of every hidden unit of every expert that works.
private func hiddenSigns(_ x: Tensor<Double>, _ dispatch: TokenAssignment, _ experts: Experts<Double>) -> [Int32] {
  let tape = Tape<Double>.evaluating()
  return signs(
    groupedAffine(tape.constant(x), weight: tape(experts.weight1), bias: tape(experts.bias1), dispatch))
}

private func signs(_ x: Variable<Double>) -> [Int32] { x.value.scalars.map { $0 > 0 ? 1 : -1 } }

/// The sign of every hidden unit of a router's hypernetwork; none for other routers.
private func generatedSigns(_ router: any Router<Double>) -> [Int32] {
  if let router = router as? HyperRouter<Double> {
    return generatedSigns(router.hypernetwork, router.embedding.value.reshaped([1, embeddingWidth]))
  }
  if let router = router as? CoordinateWiseHyperRouter<Double> {
    return generatedSigns(router.hypernetwork, router.embeddings.value)
  }
  return []
}

private func generatedSigns(_ network: Hypernetwork<Double>, _ e: Tensor<Double>) -> [Int32] {
  let tape = Tape<Double>.evaluating()
  var z = tape.constant(e)
  return network.hidden.flatMap { V, a in
    let sums = affine(z, weight: tape(V), bias: tape(a))
    z = relu(sums)
    return signs(sums)
  }
}

/// W x + b, by loops.
func affineByLoops(_ W: Tensor<Double>, _ b: Tensor<Double>, _ x: [Double]) -> [Double] {
  (0..<W.shape[0]).map { row in x.indices.reduce(b[row]) { $0 + W[row, $1] * x[$1] } }
}

/// s, by loops.
func probabilities(_ logits: Tensor<Double>) -> [[Double]] {
  (0..<logits.shape[0]).map { token in
    let total = (0..<logits.shape[1]).reduce(0) { $0 + Foundation.exp(logits[token, $1]) }
    return (0..<logits.shape[1]).map { Foundation.exp(logits[token, $0]) / total }
  }
}
