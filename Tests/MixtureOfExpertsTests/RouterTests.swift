import Autograd
import Layers
import Tensors
import TestSupport
import Testing

@testable import MixtureOfExperts

@Suite("Routers")
struct RouterTests {
  /// 𝓗(e), by loops.
  private func generated(_ network: Hypernetwork<Double>, _ e: [Double]) -> [Double] {
    let z = network.hidden.reduce(e) { z, layer in affineByLoops(layer.V.value, layer.a.value, z).map { max(0, $0) } }
    return affineByLoops(network.output.V.value, network.output.a.value, z)
  }

  @Test("HyperRouter's (W_r | b_r) is 𝓗(e) as a matrix of N rows, the last column being b_r", arguments: [2, 3])
  func hyper(_ depth: Int) {
    let router = hyperRouter(depth: depth, seed: 3)
    #expect(router.hypernetwork.hidden.count == depth - 1)
    let o = generated(router.hypernetwork, router.embedding.value.scalars)
    let (W_r, b_r) = router.weights(on: .evaluating())
    #expect(W_r.shape == [experts, width] && b_r.shape == [experts])
    let expected = (0..<experts).map { Array(o[$0 * (width + 1)..<($0 + 1) * (width + 1)]) }
    #expect(mismatch(W_r.value.scalars, expected.flatMap { $0.dropLast() }, absolute: 1e-13) == nil)
    #expect(mismatch(b_r.value.scalars, expected.flatMap { $0.suffix(1) }, absolute: 1e-13) == nil)
  }

  @Test("The coordinate-wise HyperRouter's row j is 𝓗(e_j), its last number b_j")
  func coordinateWise() throws {
    let router = try #require(
      routerCases.first { $0.type == "CoordinateWiseHyperRouter" }?.router(3) as? CoordinateWiseHyperRouter<Double>)
    let (W_r, b_r) = router.weights(on: .evaluating())
    for j in 0..<experts {
      let o = generated(router.hypernetwork, router.embeddings.value.sliced(0, j..<j + 1).scalars)
      #expect(mismatch(W_r.value.sliced(0, j..<j + 1).scalars, Array(o.dropLast()), absolute: 1e-13) == nil)
      #expect(mismatch([b_r.value[j]], Array(o.suffix(1)), absolute: 1e-13) == nil)
    }
  }

  @Test("Logits are W_r h + b_r", arguments: routerCases.filter { $0.router(1) is any LinearRouter<Double> })
  func logits(_ kind: RouterCase) throws {
    let router = try #require(kind.router(4) as? any LinearRouter<Double>)
    let h: Tensor<Double> = sample([3, width], seed: 5)
    let tape = Tape<Double>.evaluating()
    let (W_r, b_r) = router.weights(on: tape)
    let expected = (0..<3).flatMap { affineByLoops(W_r.value, b_r.value, h.sliced(0, $0..<$0 + 1).scalars) }
    #expect(mismatch(router.logits(tape.constant(h)).value.scalars, expected, absolute: 1e-13) == nil)
  }

  @Test("Trainable routing numbers: N(d+1) for SMoE, none for SMoE-Dropout, m for HyperRouter")
  func trainableCounts() {
    func count(_ type: String) -> Set<Int> {
      Set(routerCases.filter { $0.type == type }.map { $0.router(1).trainableCount })
    }
    #expect(count("SMoERouter") == [experts * (width + 1)] && count("SMoEDropoutRouter") == [0])
    #expect(count("HyperRouter") == [embeddingWidth])
    #expect(count("CoordinateWiseHyperRouter") == [experts * embeddingWidth])
  }

  @Test("An outline has the names and shapes of a router's weights and no numbers; a router is what its facts say")
  func facts() throws {
    let sizes = RouterSizes(
      width: 6, experts: 5, embeddingWidth: 3, hypernetworkWidth: 4, hypernetworkDepth: 3)
    var kinds = 0
    for kind in RouterKind.allCases {
      guard let facts = kind.facts else { continue }
      kinds += 1
      let router: any Router<Float> = facts.router("r", sizes, sharing: nil, initializer: Initializer(seed: 1))
      let outline = facts.outline(sizes)
      #expect(outline.parameters.map { "r\($0.name.dropFirst(6))" } == router.parameters.map(\.name))
      #expect(outline.parameters.map(\.value.shape) == router.parameters.map(\.value.shape))
      #expect(outline.frozen.map(\.value.shape) == router.frozen.map(\.value.shape))
      #expect(outline.fixedCount == router.frozen.reduce(0) { $0 + $1.value.scalars.count })
      let generated = router.frozen.filter { $0.name.hasPrefix("r.hypernetwork.") }
      #expect(generated.map(\.value.shape) == facts.hypernetwork(sizes)?.frozen.map(\.value.shape) ?? [])
      // Far more numbers than memory holds.
      let huge = facts.outline(RouterSizes(width: 16384, experts: 4096, hypernetworkWidth: 65536))
      #expect((huge.fixedCount > 1 << 30) == !generated.isEmpty)
      #expect(facts.isLinear == (router is any LinearRouter<Float>), "\(kind)")
      #expect((facts.multiplyAddsPerToken(sizes) > 0) == (kind != .random))
      #expect(!facts.isLinear || facts.multiplyAddsPerToken(sizes) == 6 * 5, "\(kind)")
      #expect(!facts.help.isEmpty && facts.name == kind.rawValue && kind.help.hasPrefix(facts.help))
      #expect(facts.isCausal == (kind.note == nil) && kind.help.contains("upper bound") == !facts.isCausal)
      #expect(facts.isLinear || facts.provableClaims.isEmpty, "claims are about rows")
      // A hypernetwork that all layers share is used, not made anew.
      if let size = facts.hypernetwork(sizes) {
        let shared = Hypernetwork<Float>("shared", sizes, outputs: size.outputs, initializer: Initializer(seed: 1))
        let second = facts.router("r", sizes, sharing: shared, initializer: Initializer(seed: 1))
        #expect(second.frozen.map(\.name) == shared.frozen.map(\.name))
      }
    }
    #expect(kinds == RouterKind.allCases.count { $0.isSparse } && kinds >= 5)
    #expect(RouterKind.compared.map { $0.facts?.growsK } == [false, true, true])
    #expect(Set(RouterKind.allCases.map(\.rawValue)).count == RouterKind.allCases.count)
  }

  @Test("In training a router looks at later tokens only if its facts say so; in evaluation none does")
  func causality() throws {
    let sizes = RouterSizes(width: width, experts: experts)
    let h: Tensor<Double> = sample([6, width], seed: 5)
    for kind in RouterKind.allCases {
      guard let facts = kind.facts else { continue }
      let router: any Router<Double> = facts.router("r", sizes, sharing: nil, initializer: initializer)
      func earlier(_ last: Tensor<Double>, _ random: Random?) -> [[Int32]] {
        let logits = router.randomized(seed: 3).logits(
          Tape.evaluating().constant(.concatenated([h.sliced(0, 0..<5), last], axis: 0)))
        let chosen = router.gates(logits, order: .softmaxThenTopK, k: 1, random: random).assignment
        return (0..<5).map { Array(chosen.selection[chosen.choices(of: $0)]) }
      }
      for random in [Random(seed: 1), nil] {
        // A later token that each of the experts wants above all, in turn.
        let others = (0..<8).map { earlier(sample([1, width], seed: $0, scale: 5), random) }
        let looksAhead = others.contains { $0 != others[0] }
        #expect(looksAhead == (random != nil && !facts.isCausal), "\(kind)")
      }
    }
  }

  @Test("A router with logits, a choice and a loss of its own is heard through any Router, and by the mixture")
  func dispatched() {
    let router = OddRouter()
    let h: Tensor<Double> = sample([3, width], seed: 5)
    let some: any Router<Double> = router
    #expect(some.logits(Tape.evaluating().constant(h)).value.scalars == [0, 1, 2, 0, 1, 2, 0, 1, 2])
    let own = moeLayer(hyperRouterCase, .softmaxThenTopK, seed: 1)
    let layer = MoELayer<Double>(router: router, gate: .softmaxThenTopK, experts: own.experts)
    let tape = Tape<Double>.evaluating()
    let evaluated = layer(tape.constant(h), k: 1, random: nil)
    #expect(evaluated.routing?.selection == [2, 2, 2] && evaluated.auxiliaryLoss == nil)
    let trained = layer(tape.constant(h), k: 1, random: Random(seed: 1))
    #expect(trained.routing?.selection == [0, 1] && trained.auxiliaryLoss?.value.scalar == 9)
    #expect(trained.output.value.sliced(0, 2..<3) == .zeros([1, width]), "no expert saw the last token")
    // Others add nothing, in training either.
    #expect(own(tape.constant(h), k: 1, random: Random(seed: 1)).auxiliaryLoss == nil)
  }

  @Test("SMoE-Dropout's random router begins as SMoE's does: models differ in the router's kind alone")
  func sameStart() throws {
    func weights(_ kind: RouterKind) throws -> [Tensor<Double>] {
      let router: any Router<Double> =
        try #require(kind.facts).router("router", sizes(depth: 2), sharing: nil, initializer: initializer)
      return router.parameters.map(\.value) + router.frozen.map(\.value)
    }
    for kind in [RouterKind.smoeDropout, .smoeBalanced, .expertChoice] {
      #expect(try weights(kind) == weights(.smoe), "\(kind)")
    }
  }
}

/// Linear, but with logits of its own: expert j always scores j.
///
/// In training expert t gets token t, and the last token none; what it adds to the loss is the sum of all logits.
private struct OddRouter: LinearRouter {
  var parameters: [Parameter<Double>] { [] }
  var origin: RouterOrigin<Double> { .fixed }

  func weights(on tape: Tape<Double>) -> (W_r: Variable<Double>, b_r: Variable<Double>) {
    (tape.constant(.zeros([experts, width])), tape.constant(.zeros([experts])))
  }

  func logits(_ h: Variable<Double>) -> Variable<Double> {
    let n = h.shape[0]
    return h.tape.constant(Tensor([n, experts], (0..<n * experts).map { Double($0 % experts) }))
  }

  func gates(_ logits: Variable<Double>, order: GateOrder, k: Int, random: Random?) -> Gates<Double> {
    if random == nil { return order(logits, k: k) }
    let last = Int32(logits.shape[0] - 1)
    let own = TokenAssignment(selection: Array(0..<last), starts: Array(0...last) + [last], experts: experts)
    return order.gates(logits, choosing: own)
  }

  func auxiliaryLoss(_ logits: Variable<Double>, _ assignment: TokenAssignment) -> Variable<Double>? { sum(logits) }
}
