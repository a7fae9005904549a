import Autograd
import MixtureOfExperts
import Tensors

/// Transformer-XL's memory: for each of the L+1 levels (embeddings, then each layer's output) the last M hidden states of
/// earlier segments, B×M′×d with M′ ≤ M.
///
/// Memory holds tensors, not variables: no gradient flows into the past.
///
/// Equation [memory] in NOTES.md.
extension HostState {
  /// Returns [memory ; h], which a layer attends to: the hidden states B×T×d of a level after its memory, B×(M′+T)×d.
  func context(_ level: Int, _ h: Variable<Scalar>) -> Variable<Scalar> {
    length == 0 ? h : concatenated(h.tape.constant(tensors[level]), h, axis: 1)
  }

  /// Returns the memory for the next segment: at each level the last M rows of [memory ; h], by the hidden states B×T×d of
  /// the levels.
  func remembering(_ states: [Tensor<Scalar>], limit: Int) -> HostState {
    guard limit > 0 else { return .empty }
    return HostState(
      states.enumerated().map { level, h in
        let fresh = h.sliced(1, max(0, h.shape[1] - limit)..<h.shape[1])
        let kept = min(length, limit - fresh.shape[1])
        if kept == 0 { return fresh.contiguous() }
        return Tensor.concatenated([tensors[level].sliced(1, length - kept..<length), fresh], axis: 1)
      })
  }
}
