import Autograd
import LinearAlgebra
import MixtureOfExperts
import RunFiles
import Tensors
import Training

/// One token's way through one mixture of experts and back: every equation with the numbers that go in and come out.
///
/// All numbers come from the model's own code: values from its layers, gradients from its tape, the step from its optimiser.
/// Matrices are lists of rows; experts are counted from 0; keys are the letters of NOTES.md.
package struct TokenTrace: Codable, Described, Sendable {
  package static let words = "token_trace: one router, in the letters of NOTES.md; null where W_r is not generated"
  package let router: String  // What the router is called
  package let origin: Origin
  @OrNull package private(set) var generation: Generation?  // From e to (W_r | b_r); nil where they are not generated
  package let forward: Forward  // From h to y
  package let prediction: Prediction  // From y to the next symbol
  package let backward: Backward  // From the loss back to h and to (W_r | b_r)
  package let tensors: [ReceivingTensor]  // Every tensor of the router, and whether a gradient reached it
  /// ∂L/∂e, 1×m, or N×m where each expert has an embedding; nil where W_r and b_r are not generated.
  @OrNull package private(set) var embeddingGradient: [[Double]]?
  package let step: Step  // What one step of Adam does

  /// Sends a token through one mixture, counted from 0, of a model without dropout and back, and makes one step of Adam,
  /// which is taken back.
  init(
    _ token: TracedToken, through model: LanguageModel<Double>, router name: String, layer: Int, k: Int,
    settings: StepSettings
  ) {
    let passage = TracedPassage(token, through: model, layer: layer, k: k)
    let (tokens, gradients) = (passage.tokens, passage.gradients())
    router = name
    origin = Origin(tokens.router.origin)
    forward = Forward(passage)
    prediction = passage.prediction
    backward = Backward(passage)
    tensors =
      tokens.router.parameters.map { ReceivingTensor($0.name, $0.value, gradientNorm: gradients[$0]?.norm ?? 0) }
      + tokens.router.frozen.map { ReceivingTensor($0.name, $0.value, gradientNorm: nil) }
    step = Step(passage, gradients, settings)
    generation = Generation(tokens.router.origin)
    embeddingGradient = tokens.router.origin.embedding.map { e in (gradients[e] ?? .zeros(e.value.shape)).lists }
  }

  /// Whether all is finite that the other numbers follow from; weights can be so large that they are not.
  package var isFinite: Bool {
    let numbers = forward.logits + forward.y + backward.u + backward.J1u + step.db_r
    return numbers.allSatisfy(\.isFinite) && step.dW_r.allSatisfy { $0.allSatisfy(\.isFinite) }
      && prediction.loss.isFinite && step.gradientNorm.isFinite
  }

  /// Where W_r and b_r come from: what learning can do to them.
  package enum Origin: String, CaseIterable, Codable, Sendable {
    case trained
    case frozen  // They never change
    case generated  // 𝓗 makes them from e
    case generatedByRow = "generated_by_row"  // 𝓗 makes row j from e_j

    init(_ origin: RouterOrigin<Double>) {
      switch origin {
      case .trained: self = .trained
      case .fixed: self = .frozen
      case .generated: self = .generated
      case .generatedByRow: self = .generatedByRow
      }
    }
  }

  /// Equation [hypernetwork] with its numbers.
  package struct Generation: Codable, Described, Sendable {
    package static let words = "trace_generation: from e, one row or one for each expert, to z of 𝓗's hidden layers"
    package let e: [[Double]]  // e, 1×m, or N×m where each expert has an embedding
    package let z: [[[Double]]]  // z of each hidden layer of 𝓗, each with as many rows as e, s numbers in a row

    /// s, of the last hidden layer.
    package var width: Int { z.last?.first?.count ?? 0 }
    /// How many units of the last hidden layer are not 0.
    package var activeUnits: Int { (z.last ?? []).joined().count { $0 > 0 } }

    init?(_ origin: RouterOrigin<Double>) {
      guard let embedding = origin.embedding, let hypernetwork = origin.hypernetwork else { return nil }
      e = embedding.value.lists
      let input = Tape<Double>.evaluating().constant(
        embedding.value.reshaped([embedding.value.count / hypernetwork.inputs, hypernetwork.inputs]))
      z = hypernetwork.hiddenUnits(input).map { $0.value.lists }
    }
  }

  /// Equations [router], [gate], [expert] and [moe] with their numbers.
  package struct Forward: Codable, Described, Sendable {
    package static let words = """
      trace_forward: from h to y
      w_r: N×d
      b_r: N
      h, y: d
      logits: x, N
      s: softmax(x), N
      chosen: 𝒯, k experts
      g, outputs: g_i and E_i(h) of the chosen experts
      """

    package let W_r: [[Double]]  // W_r, N×d
    package let b_r: [Double]  // b_r, N
    package let h: [Double]  // The token where it enters the mixture, d
    package let logits: [Double]  // x = W_r h + b_r, N
    package let s: [Double]  // s = softmax(x), N
    package let chosen: [Int]  // 𝒯, by descending logit, k
    package let g: [Double]  // g_i for i ∈ 𝒯, in the order of 𝒯, k
    package let outputs: [[Double]]  // E_i(h) for i ∈ 𝒯, in the order of 𝒯, k×d
    package let y: [Double]  // y, d

    init(_ passage: TracedPassage) {
      let tokens = passage.tokens
      let logits = Tape<Double>.evaluating().constant(tokens.logits)
      let gates = tokens.router.gates(logits, order: tokens.layer.gate, k: tokens.k, random: nil)
      W_r = tokens.W_r.lists
      b_r = tokens.b_r.scalars
      h = tokens.h.scalars
      self.logits = tokens.logits.scalars
      s = tokens.logits.softmax().scalars
      chosen = gates.selection.map { Int($0) }
      g = gates.weights.value.scalars
      outputs = tokens.E.reshaped([tokens.experts, tokens.width]).gatheringRows(gates.selection).lists
      y = passage.y.scalars
    }
  }

  /// Equation [loss] for one token.
  package struct Prediction: Codable, Described, Sendable {
    package static let words = "trace_prediction: the next symbol, its probability and the loss"
    package let target: Int  // The number of the symbol that follows
    package let probability: Double  // The model's probability of that symbol
    package let loss: Double  // L = −ln of it, in nats
  }

  /// Equations [routing-term], [jacobian] and [entanglement] with their numbers.
  package struct Backward: Codable, Described, Sendable {
    package static let words = """
      trace_backward: from the loss to h and to (W_r | b_r)
      u: ∂L/∂y, d
      products: ⟨E_i, u⟩ of the chosen experts
      c: ∂L/∂x, N
      j1_u, j2_u: J₁ᵀu and J₂ᵀu, d
      dw_r, db_r: ∂L/∂W_r and ∂L/∂b_r
      """

    package let u: [Double]  // u = ∂L/∂y, d
    package let products: [Double]  // ⟨E_i, u⟩ for i ∈ 𝒯, in the order of 𝒯, k
    package let c: [Double]  // c_j = Σ_{i∈𝒯} g_i (δ_ij − g_j) ⟨E_i, u⟩ = ∂L/∂x_j, N
    package let J1u: [Double]  // J₁ᵀu: what reaches h through the experts, d
    package let J2u: [Double]  // J₂ᵀu = Σ_j c_j w_j: what reaches h through the gates, d
    package let dW_r: [[Double]]  // c_j h: what arrives at W_r, whether or not anything is learned from it, N×d
    package let db_r: [Double]  // c: what arrives at b_r, N

    init(_ passage: TracedPassage) {
      let (tokens, u) = (passage.tokens, passage.u)
      let flow = GradientFlow(tokens, upstream: u).generated  // N×(d+1)
      self.u = u.scalars
      products = tokens.selections[0].map { tokens.E.row($0).reshaped(u.shape).dot(u) }
      c = tokens.coefficients(u).scalars
      J1u = tokens.layer.pulledBack(u, to: tokens.h, k: tokens.k).throughExperts.scalars
      J2u = tokens.routingTerms(u).scalars
      dW_r = flow.sliced(1, 0..<tokens.width).lists
      db_r = flow.sliced(1, tokens.width..<tokens.width + 1).scalars
    }
  }

  /// One tensor of a router.
  package struct ReceivingTensor: Codable, Described, Sendable {
    package static let words = "trace_tensor: a tensor of the router, as in checkpoints; null: it is fixed"
    package let name: String  // Its name in checkpoints
    package let shape: [Int]
    /// The Euclidean norm of its gradient; nil for one that is fixed, for which none is ever computed.
    @OrNull package private(set) var gradientNorm: Double?

    /// How many numbers it has.
    package var count: Int { shape.reduce(1, *) }

    init(_ name: String, _ value: Tensor<Double>, gradientNorm: Double?) {
      self.name = name
      shape = (0..<value.shape.rank).map { value.shape[$0] }
      self.gradientNorm = gradientNorm
    }
  }

  /// Equation [adam], the first step of a new optimiser, with its numbers.
  package struct Step: Codable, Described, Sendable {
    package static let words = """
      trace_step: one step of Adam
      de, dw_r, db_r: the changes of e, W_r and b_r
      distance, distance_if_trained: |ΔW_r|, and what it would be if W_r were trained itself
      cosine_if_trained: of the two changes
      plain_cosine_if_trained: of plain gradient steps
      unrelated_cosine: for a gradient that knows nothing of 𝓗
      """

    package let learningRate: Double  // η for what the router trains
    package let clip: Double  // The largest gradient norm let through
    package let gradientNorm: Double  // ‖g‖ over all of the model's gradients, before it is clipped
    @OrNull package private(set) var de: [[Double]]?  // Δe, of e's shape; nil where W_r and b_r are not generated
    package let dW_r: [[Double]]  // ΔW_r, N×d
    package let db_r: [Double]  // Δb_r, N
    package let distance: Double  // |ΔW_r|, the Euclidean norm
    /// The same if W_r and b_r, as they are now, were trained themselves as SMoE's are.
    package let distanceIfTrained: Double
    /// The cosine of ΔW_r with that step; nil where one of the two is zero.
    @OrNull package private(set) var cosineIfTrained: Double?
    /// The cosine of the changes of (W_r | b_r) that plain gradient steps make, J Jᵀ g and g; nil unless W_r and b_r are
    /// generated and a gradient arrives.
    ///
    /// Adam rescales every number, of e here and of W_r there, so its two steps may oppose each other; these may not.
    @OrNull package private(set) var plainCosineIfTrained: Double?
    /// What that cosine would be for a gradient that knows nothing of 𝓗, see ``GeneratedStep``; nil where it is.
    @OrNull package private(set) var unrelatedCosine: Double?

    /// What the whole gradient is multiplied by first: min(1, clip/‖g‖).
    package var scale: Double { gradientNorm > clip ? clip / gradientNorm : 1 }

    init(_ passage: TracedPassage, _ gradients: Gradients<Double>, _ settings: StepSettings) {
      let change = passage.change(by: gradients, settings)
      let twin = passage.withTrainedRows()
      let trained = twin.change(by: twin.gradients(), settings).W_r
      learningRate = settings.learningRate * settings.routerFactor
      clip = settings.clip
      gradientNorm = gradients.norm()
      dW_r = change.W_r.lists
      db_r = change.b_r.scalars
      distance = change.W_r.norm
      distanceIfTrained = trained.norm
      let plain = passage.plainCosine(gradients)
      de = change.e?.lists
      cosineIfTrained =
        distance > 0 && distanceIfTrained > 0 ? change.W_r.cosineSimilarity(to: trained) : nil
      plainCosineIfTrained = plain?.cosine
      unrelatedCosine = plain?.unrelated
    }
  }

  /// The step of Adam that a trace ends with.
  struct StepSettings: Sendable {
    let learningRate: Double  // η
    let clip: Double  // The largest gradient norm let through
    var routerFactor = 1.0  // What η is multiplied by for what routers train
    var weightDecay = 0.0  // λ: what share of itself, times η, a matrix loses
  }
}

extension TokenTrace.StepSettings {
  /// The steps of a training where its learning rate is largest.
  init(_ training: TrainingOptions) {
    self.init(
      learningRate: training.learningRate.peak, clip: training.clip, routerFactor: training.routerLearningRate ?? 1,
      weightDecay: training.weightDecay ?? TrainingOptions.Defaults.weightDecay)
  }
}

extension Tensor<Double> {
  /// A matrix as its rows, a vector as one row.
  fileprivate var lists: [[Double]] {
    let width = shape.rank == 0 ? 1 : shape[shape.rank - 1]
    let numbers = scalars
    return stride(from: 0, to: numbers.count, by: width).map { Array(numbers[$0..<$0 + width]) }
  }
}
