import Autograd
import MixtureOfExperts
import Tensors

extension MoELayer<Double> {
  /// The mixture as a function of two tokens where the layer has one: y(a, b) = Σ_{i ∈ 𝒯(b)} g_i(b) E_i(a).
  ///
  /// J₁ is its derivative by a, J₂ its derivative by b, at a = b = h. So both parts can be had from autodiff and from
  /// differences, which know nothing of the closed forms.
  ///
  /// - Parameters:
  ///   - seen: a, what the experts see, n×d.
  ///   - routing: b, what the router sees, n×d.
  ///   - k: Experts for each token.
  /// - Returns: n×d.
  func split(seen: Variable<Double>, routing: Variable<Double>, k: Int) -> Variable<Double> {
    let gates = router.gates(router.logits(routing), order: gate, k: k, random: nil)
    let dispatch = gates.assignment
    return combined(experts(dispatched(seen, dispatch), dispatch, random: nil), gates: gates.weights, dispatch)
  }
}
