import Autograd
import Tensors

/// Where a router's W_r and b_r come from: all in which routers differ, and all that closed forms have to know of one.
public enum RouterOrigin<Scalar: Real> {
  /// They are trained themselves: W_r, N×d, and b_r, N.
  case trained(weight: Parameter<Scalar>, bias: Parameter<Scalar>)
  /// They never change.
  case fixed
  /// (W_r | b_r) = 𝓗(e), one embedding of m numbers for all experts.
  case generated(embedding: Parameter<Scalar>, hypernetwork: Hypernetwork<Scalar>)
  /// (w_j | b_j) = 𝓗(e_j), an embedding for each expert, N×m.
  case generatedByRow(embeddings: Parameter<Scalar>, hypernetwork: Hypernetwork<Scalar>)
}
