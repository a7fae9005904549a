import Autograd
import LinearAlgebra
import MixtureOfExperts
import Tensors
import Training

extension TokenTrace {
  /// η, clip and λ of the step of Adam that a trace ends with.
  public struct StepSettings: Sendable {
    /// η.
    let learningRate: Double
    /// The largest gradient norm let through.
    let clip: Double
    /// What η is multiplied by for what routers train.
    let routerFactor: Double
    /// λ: what share of itself, times η, a matrix loses.
    let weightDecay: Double

    /// Describes a step.
    ///
    /// - Parameters:
    ///   - learningRate: η.
    ///   - clip: The largest gradient norm let through.
    ///   - routerFactor: What η is multiplied by for what routers train.
    ///   - weightDecay: λ.
    public init(learningRate: Double, clip: Double, routerFactor: Double = 1, weightDecay: Double = 0) {
      self.learningRate = learningRate
      self.clip = clip
      self.routerFactor = routerFactor
      self.weightDecay = weightDecay
    }
  }

  /// Sends a token through a model and back, and makes one step of Adam, which is taken back.
  ///
  /// - Parameters:
  ///   - token: The token and what stands before it.
  ///   - model: A model whose mixtures have routers with rows; without dropout.
  ///   - name: What the router is called.
  ///   - layer: Which mixture is looked at, counted from 0.
  ///   - k: Experts for each token.
  ///   - settings: η and clip of the step.
  public init(
    _ token: TracedToken, through model: LanguageModel<Double>, router name: String, layer: Int, k: Int,
    settings: StepSettings
  ) {
    let passage = TracedPassage(token, through: model, layer: layer, k: k)
    let tokens = passage.tokens
    let gradients = passage.gradients()
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
    embeddingGradient = tokens.router.origin.embedding.map { e in (gradients[e] ?? .zeros(e.value.shape)).rows }
  }
}

extension TokenTrace.Origin {
  fileprivate init(_ origin: RouterOrigin<Double>) {
    switch origin {
    case .trained: self = .trained
    case .fixed: self = .frozen
    case .generated: self = .generated
    case .generatedByRow: self = .generatedByRow
    }
  }
}

extension TokenTrace.Generation {
  fileprivate init?(_ origin: RouterOrigin<Double>) {
    guard let embedding = origin.embedding, let hypernetwork = origin.hypernetwork else { return nil }
    e = embedding.value.rows
    let input = Tape<Double>.evaluating().constant(
      embedding.value.reshaped([embedding.value.count / hypernetwork.inputs, hypernetwork.inputs]))
    z = hypernetwork.hiddenUnits(input).map { $0.value.rows }
  }
}

extension TokenTrace.Forward {
  fileprivate init(_ passage: TracedPassage) {
    let tokens = passage.tokens
    let logits = Tape<Double>.evaluating().constant(tokens.logits)
    let gates = tokens.router.gates(logits, order: tokens.layer.gate, k: tokens.k, random: nil)
    W_r = tokens.W_r.rows
    b_r = tokens.b_r.scalars
    h = tokens.h.scalars
    self.logits = tokens.logits.scalars
    s = tokens.logits.softmax().scalars
    chosen = gates.selection.map { Int($0) }
    g = gates.weights.value.scalars
    outputs = tokens.E.reshaped([tokens.experts, tokens.width]).gatheringRows(gates.selection).rows
    y = passage.y.scalars
  }
}

extension TokenTrace.Backward {
  fileprivate init(_ passage: TracedPassage) {
    let (tokens, u) = (passage.tokens, passage.u)
    let flow = GradientFlow(tokens, upstream: u).generated  // N×(d+1)
    self.u = u.scalars
    products = tokens.selections[0].map { expert in
      tokens.E.sliced(0, expert..<expert + 1).reshaped(u.shape).dot(u)
    }
    c = tokens.coefficients(u).scalars
    J1u = passage.throughExperts().scalars
    J2u = tokens.routingTerms(u).scalars
    dW_r = flow.sliced(1, 0..<tokens.width).rows
    db_r = flow.sliced(1, tokens.width..<tokens.width + 1).scalars
  }
}

extension TokenTrace.ReceivingTensor {
  fileprivate init(_ name: String, _ value: Tensor<Double>, gradientNorm: Double?) {
    self.init(name: name, shape: (0..<value.shape.rank).map { value.shape[$0] }, gradientNorm: gradientNorm)
  }
}

extension TokenTrace.Step {
  fileprivate init(
    _ passage: TracedPassage, _ gradients: Gradients<Double>, _ settings: TokenTrace.StepSettings
  ) {
    let change = passage.change(by: gradients, settings)
    let twin = passage.withTrainedRows()
    let trained = twin.change(by: twin.gradients(), settings).W_r
    learningRate = settings.learningRate * settings.routerFactor
    clip = settings.clip
    gradientNorm = gradients.norm()
    dW_r = change.W_r.rows
    db_r = change.b_r.scalars
    distance = change.W_r.norm
    distanceIfTrained = trained.norm
    de = change.e?.rows
    let hasDirections = distance > 0 && distanceIfTrained > 0
    cosineIfTrained = hasDirections ? change.W_r.cosineSimilarity(to: trained) : nil
    let plain = passage.plainCosine(gradients)
    plainCosineIfTrained = plain?.cosine
    unrelatedCosine = plain?.unrelated
  }
}

extension Tensor<Double> {
  /// A matrix as its rows, a vector as one row.
  fileprivate var rows: [[Double]] {
    let width = shape.rank == 0 ? 1 : shape[shape.rank - 1]
    let numbers = scalars
    return stride(from: 0, to: numbers.count, by: width).map { Array(numbers[$0..<$0 + width]) }
  }
}
