import MixtureOfExperts
import RunFiles

/// One token's way through one mixture of experts and back: every equation with the numbers that go in and come out.
///
/// All numbers come from the model's own code: values from its layers, gradients from its tape, the step from its optimiser.
/// Matrices are lists of rows; experts are counted from 0; keys are the letters of NOTES.md.
public struct TokenTrace: Codable, Sendable {
  /// What the router is called.
  public let router: String
  /// Where W_r and b_r come from.
  public let origin: Origin
  /// From e to (W_r | b_r); nil where they are not generated.
  @OrNull public internal(set) var generation: Generation?
  /// From h to y.
  public let forward: Forward
  /// From y to the next symbol.
  public let prediction: Prediction
  /// From the loss back to h and to (W_r | b_r).
  public let backward: Backward
  /// Every tensor of the router, and whether a gradient reached it.
  public let tensors: [ReceivingTensor]
  /// ∂L/∂e, 1×m, or N×m where each expert has an embedding; nil where W_r and b_r are not generated.
  @OrNull public internal(set) var embeddingGradient: [[Double]]?
  /// What one step of Adam does.
  public let step: Step

  /// Whether all is finite that the other numbers follow from; weights can be so large that they are not.
  public var isFinite: Bool {
    let numbers = forward.logits + forward.y + backward.u + backward.J1u + step.db_r
    return numbers.allSatisfy(\.isFinite) && step.dW_r.allSatisfy { $0.allSatisfy(\.isFinite) }
      && prediction.loss.isFinite && step.gradientNorm.isFinite
  }

  /// Where W_r and b_r come from: what learning can do to them.
  public enum Origin: String, Codable, Sendable {
    /// They are trained.
    case trained
    /// They never change.
    case frozen
    /// 𝓗 makes them from e.
    case generated
    /// 𝓗 makes row j from e_j.
    case generatedByRow = "generated_by_row"
  }

  /// Equation [hypernetwork] with its numbers.
  public struct Generation: Codable, Sendable {
    /// e, 1×m, or N×m where each expert has an embedding.
    public let e: [[Double]]
    /// z of each hidden layer of 𝓗, each with as many rows as e, s numbers in a row.
    public let z: [[[Double]]]

    /// s, of the last hidden layer.
    public var width: Int { z.last?.first?.count ?? 0 }
    /// How many units of the last hidden layer are not 0.
    public var activeUnits: Int { (z.last ?? []).joined().count { $0 > 0 } }
  }

  /// Equations [router], [gate], [expert] and [moe] with their numbers.
  public struct Forward: Codable, Sendable {
    /// W_r, N×d.
    public let W_r: [[Double]]
    /// b_r, N.
    public let b_r: [Double]
    /// The token where it enters the mixture, d.
    public let h: [Double]
    /// x = W_r h + b_r, N.
    public let logits: [Double]
    /// s = softmax(x), N.
    public let s: [Double]
    /// 𝒯, by descending logit, k.
    public let chosen: [Int]
    /// g_i for i ∈ 𝒯, in the order of 𝒯, k.
    public let g: [Double]
    /// E_i(h) for i ∈ 𝒯, in the order of 𝒯, k×d.
    public let outputs: [[Double]]
    /// y, d.
    public let y: [Double]
  }

  /// Equation [loss] for one token.
  public struct Prediction: Codable, Sendable {
    /// The number of the symbol that follows.
    public let target: Int
    /// The model's probability of that symbol.
    public let probability: Double
    /// L = −ln of it, in nats.
    public let loss: Double
  }

  /// Equations [routing-term], [jacobian] and [entanglement] with their numbers.
  public struct Backward: Codable, Sendable {
    /// u = ∂L/∂y, d.
    public let u: [Double]
    /// ⟨E_i, u⟩ for i ∈ 𝒯, in the order of 𝒯, k.
    public let products: [Double]
    /// c_j = Σ_{i∈𝒯} g_i (δ_ij − g_j) ⟨E_i, u⟩ = ∂L/∂x_j, N.
    public let c: [Double]
    /// J₁ᵀu: what reaches h through the experts, d.
    public let J1u: [Double]
    /// J₂ᵀu = Σ_j c_j w_j: what reaches h through the gates, d.
    public let J2u: [Double]
    /// c_j h: what arrives at W_r, whether or not anything is learned from it, N×d.
    public let dW_r: [[Double]]
    /// c: what arrives at b_r, N.
    public let db_r: [Double]
  }

  /// One tensor of a router.
  public struct ReceivingTensor: Codable, Sendable {
    /// Its name in checkpoints.
    public let name: String
    /// Its shape.
    public let shape: [Int]
    /// The Euclidean norm of its gradient; nil for one that is fixed, for which none is ever computed.
    @OrNull public internal(set) var gradientNorm: Double?

    /// How many numbers it has.
    public var count: Int { shape.reduce(1, *) }
  }

  /// Equation [adam], the first step of a new optimiser, with its numbers.
  public struct Step: Codable, Sendable {
    /// η for what the router trains.
    public let learningRate: Double
    /// The largest gradient norm let through.
    public let clip: Double
    /// ‖g‖ over all of the model's gradients, before it is clipped.
    public let gradientNorm: Double
    /// Δe, of e's shape; nil where W_r and b_r are not generated.
    @OrNull public internal(set) var de: [[Double]]?
    /// ΔW_r, N×d.
    public let dW_r: [[Double]]
    /// Δb_r, N.
    public let db_r: [Double]
    /// |ΔW_r|, the Euclidean norm.
    public let distance: Double
    /// The same if W_r and b_r, as they are now, were trained themselves as SMoE's are.
    public let distanceIfTrained: Double
    /// The cosine of ΔW_r with that step; nil where one of the two is zero.
    @OrNull public internal(set) var cosineIfTrained: Double?
    /// The cosine of the changes of (W_r | b_r) that plain gradient steps make, J Jᵀ g and g; nil unless W_r and b_r are
    /// generated and a gradient arrives.
    ///
    /// Adam rescales every number, of e here and of W_r there, so its two steps may oppose each other; these may not.
    @OrNull public internal(set) var plainCosineIfTrained: Double?
    /// What that cosine would be for a gradient that knows nothing of 𝓗, see ``GeneratedStep``; nil where it is.
    @OrNull public internal(set) var unrelatedCosine: Double?

    /// What the whole gradient is multiplied by first: min(1, clip/‖g‖).
    public var scale: Double { gradientNorm > clip ? clip / gradientNorm : 1 }
  }
}
