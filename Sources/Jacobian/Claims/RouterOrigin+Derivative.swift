import Autograd
import MixtureOfExperts
import Tensors

extension RouterOrigin<Double> {
  /// The embedding from which W_r and b_r are generated; nil where they are not.
  var embedding: Parameter<Double>? {
    switch self {
    case .trained, .fixed: nil
    case .generated(let e, _), .generatedByRow(let e, _): e
    }
  }

  /// 𝓗; nil where W_r and b_r are not generated.
  var hypernetwork: Hypernetwork<Double>? {
    switch self {
    case .trained, .fixed: nil
    case .generated(_, let hypernetwork), .generatedByRow(_, let hypernetwork): hypernetwork
    }
  }

  /// ∂vec(W_r | b_r)/∂e, with one row for each number of (W_r | b_r) and one column for each of e; nil where W_r and b_r are
  /// not generated.
  ///
  /// Where each expert has an embedding of its own it is made of blocks, one for each expert.
  var derivative: Hypernetwork<Double>.Derivative? {
    switch self {
    case .trained, .fixed: return nil
    case .generated(let e, let hypernetwork): return hypernetwork.derivative(at: e.value)
    case .generatedByRow(let e, let hypernetwork):
      let (N, m) = (e.value.shape[0], e.value.shape[1])
      let parts = (0..<N).map { hypernetwork.derivative(at: e.value.sliced(0, $0..<$0 + 1)) }
      let rows = parts.enumerated().map { expert, part in
        let height = part.jacobian.shape[0]
        let blocks = (0..<N).map { $0 == expert ? part.jacobian : Tensor<Double>.zeros([height, m]) }
        return Tensor.concatenated(blocks, axis: 1)
      }
      return Hypernetwork<Double>.Derivative(
        jacobian: .concatenated(rows, axis: 0), activeUnits: parts.flatMap(\.activeUnits),
        radius: parts.map(\.radius).min() ?? .infinity,
        rankBound: parts.reduce(0) { $0 + $1.rankBound })
    }
  }
}
