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
    let router = try #require(routerKinds[4].router(3) as? CoordinateWiseHyperRouter<Double>)
    let (W_r, b_r) = router.weights(on: .evaluating())
    for j in 0..<experts {
      let o = generated(router.hypernetwork, router.embeddings.value.sliced(0, j..<j + 1).scalars)
      #expect(mismatch(W_r.value.sliced(0, j..<j + 1).scalars, Array(o.dropLast()), absolute: 1e-13) == nil)
      #expect(mismatch([b_r.value[j]], Array(o.suffix(1)), absolute: 1e-13) == nil)
    }
  }

  @Test("Logits are W_r h + b_r", arguments: routerKinds)
  func logits(_ kind: RouterKind) {
    let router = kind.router(4)
    let h: Tensor<Double> = sample([3, width], seed: 5)
    let tape = Tape<Double>.evaluating()
    let (W_r, b_r) = router.weights(on: tape)
    let expected = (0..<3).flatMap { affineByLoops(W_r.value, b_r.value, h.sliced(0, $0..<$0 + 1).scalars) }
    #expect(mismatch(router.logits(tape.constant(h)).value.scalars, expected, absolute: 1e-13) == nil)
  }

  @Test("Trainable routing numbers: N(d+1) for SMoE, none for SMoE-Dropout, m for HyperRouter")
  func trainableCounts() {
    let counts = routerKinds.map { $0.router(1).trainableCount }
    let perExpert = experts * embeddingWidth
    #expect(counts == [experts * (width + 1), 0, embeddingWidth, embeddingWidth, perExpert])
  }

  @Test("SMoE-Dropout's random router begins as SMoE's does: models differ in the router's kind alone")
  func sameStart() {
    let smoe = SMoERouter("router", width: width, experts: experts, initializer: initializer)
    let dropout = SMoEDropoutRouter("router", width: width, experts: experts, initializer: initializer)
    #expect(smoe.weight.value == dropout.weight.value && smoe.bias.value == dropout.bias.value)
  }
}
