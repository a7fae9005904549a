import Autograd
import Layers
import Tensors

/// A sparse mixture of experts: y = Σ_{i ∈ 𝒯(h)} g_i(h) · E_i(h).
///
/// Equation [moe] in NOTES.md; the gate order is deviation D1.
public struct MoELayer<Scalar: Real>: FeedForward {
  /// What scores the experts.
  public let router: any Router<Scalar>
  /// The order of softmax and top-k.
  public let gate: GateOrder
  /// E_1 … E_N.
  public let experts: any ExpertNetwork<Scalar>

  /// Creates the layer.
  public init(router: any Router<Scalar>, gate: GateOrder, experts: any ExpertNetwork<Scalar>) {
    self.router = router
    self.gate = gate
    self.experts = experts
  }

  /// The router's and the experts' trainable weights.
  public var parameters: [Parameter<Scalar>] { router.parameters + experts.parameters }
  /// The router's fixed weights.
  public var frozen: [Frozen<Scalar>] { router.frozen }
  /// What the router trains: W_r and b_r, nothing, or embeddings.
  public var routerParameters: [Parameter<Scalar>] { router.parameters }

  /// Applies the layer to tokens, n×d → n×d, k of N experts for each; `random` is nil in evaluation.
  public func callAsFunction(_ h: Variable<Scalar>, k: Int, random: Random?) -> LayerOutput<Scalar> {
    let logits = router.logits(h)
    let gates = router.gates(logits, order: gate, k: k, random: random?.child(named: "routing"))
    let dispatch = gates.assignment
    let E = experts(dispatched(h, dispatch), dispatch, random: random)
    return LayerOutput(
      combined(E, gates: gates.weights, dispatch),
      routing: RoutingRecord(logits: logits.value, selection: dispatch.selection),
      auxiliaryLoss: random == nil ? nil : router.auxiliaryLoss(logits, dispatch))
  }
}
