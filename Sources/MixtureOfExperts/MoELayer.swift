import Autograd
import Layers
import Tensors

/// A sparse mixture of experts: y = Σ_{i ∈ 𝒯(h)} g_i(h) · E_i(h).
///
/// Equation [moe] in NOTES.md; the gate order is deviation D1.
public struct MoELayer<Scalar: Real>: Layer {
  /// What scores the experts.
  public let router: any Router<Scalar>
  /// The order of softmax and top-k.
  public let gate: GateOrder
  /// E_1 … E_N.
  public let experts: Experts<Scalar>

  /// Creates the layer.
  ///
  /// - Parameters:
  ///   - router: What scores the experts.
  ///   - gate: The order of softmax and top-k.
  ///   - experts: E_1 … E_N.
  public init(router: any Router<Scalar>, gate: GateOrder, experts: Experts<Scalar>) {
    self.router = router
    self.gate = gate
    self.experts = experts
  }

  /// The router's and the experts' trainable weights.
  public var parameters: [Parameter<Scalar>] { router.parameters + experts.parameters }
  /// The router's fixed weights.
  public var frozen: [Frozen<Scalar>] { router.frozen }

  /// Applies the layer.
  ///
  /// - Parameters:
  ///   - h: Tokens, n×d.
  ///   - k: Experts for each token, 1 ... N.
  ///   - random: The randomness of dropout and of routing; nil in evaluation.
  /// - Returns: y, n×d, what was decided, and what the router adds to the loss in training.
  public func callAsFunction(
    _ h: Variable<Scalar>, k: Int, random: Random?
  ) -> (output: Variable<Scalar>, routing: RoutingRecord<Scalar>, auxiliaryLoss: Variable<Scalar>?) {
    let logits = router.logits(h)
    let gates = router.gates(logits, order: gate, k: k, random: random?.child(named: "routing"))
    let dispatch = gates.assignment
    let E = experts(dispatched(h, dispatch), dispatch, random: random)
    let y = combined(E, gates: gates.weights, dispatch)
    let auxiliaryLoss = random == nil ? nil : router.auxiliaryLoss(logits, dispatch)
    return (y, RoutingRecord(logits: logits.value, selection: dispatch.selection), auxiliaryLoss)
  }
}
