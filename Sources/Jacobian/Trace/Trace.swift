import Corpora
import Hosts
import MixtureOfExperts
import RunFiles
import Tensors
import Training

/// One token traced, once for each way of learning; from h to what arrives at W_r all have the same numbers.
package struct Trace: Codable, Described, Sendable {
  package static let words = "trace: trace --json"
  package let subject: Subject
  package let routers: [TokenTrace]  // One for each router, at least one

  /// How many times as large as a training begins with the weights of a model to be traced are: N(0, 0.5²), not N(0, 0.02²).
  static let magnification = 25.0

  /// Where in a model a token is traced: the mixture, counted from 0, and the experts for each token.
  package typealias Place = (layer: Int, k: Int)

  /// Traces a token through a small model of a HyperRouter, made for this, that learns as each of these routers.
  package init(
    _ token: TracedToken, _ vocabulary: Vocabulary, throughModelOf configuration: Configuration, seed: UInt64,
    at place: Place, learningAs kinds: [RouterKind]
  ) {
    let model = LanguageModel<Double>.toTrace(configuration, seed: seed)
    let settings = TokenTrace.StepSettings(
      learningRate: TrainingOptions.Defaults.learningRate, clip: TrainingOptions.Defaults.clip)
    subject = Subject(token, vocabulary, configuration, place, seed: seed)
    routers = kinds.map { kind in
      TokenTrace(
        token, through: model.learning(as: kind), router: kind.rawValue, layer: place.layer, k: place.k,
        settings: settings)
    }
  }

  /// Traces a token through a model that is stored in a directory, after some steps of its training.
  package init(
    _ token: TracedToken, _ vocabulary: Vocabulary, through model: LanguageModel<Double>, from directory: String,
    after step: Int, of training: TrainingOptions, at place: Place
  ) {
    subject = Subject(token, vocabulary, model.configuration, place, checkpoint: directory, step: step)
    routers = [
      TokenTrace(
        token, through: model, router: model.configuration.router.rawValue, layer: place.layer, k: place.k,
        settings: TokenTrace.StepSettings(training))
    ]
  }

  /// The token, the model, and where in it.
  package struct Subject: Codable, Described, Sendable {
    package static let words = "trace_subject: the token, at a place in the text, and the model"
    package let text: String  // The text, decoded
    package let token: Int  // The position of the traced symbol, counted from 0
    package let symbol: String
    package let nextSymbol: String
    package let layer: Int
    package let layers: Int
    package let modelWidth: Int
    package let experts: Int
    package let expertWidth: Int
    package let topK: Int  // k
    package let gateOrder: GateOrder
    package let vocabulary: Int
    /// The directory of the run; nil for a model made on the spot.
    @OrNull package private(set) var checkpoint: String?
    /// After how many steps the weights were written; nil for a model made on the spot.
    @OrNull package private(set) var step: Int?
    @OrNull package private(set) var seed: UInt64?  // The seed of a model made on the spot; nil for a run's

    init(
      _ token: TracedToken, _ vocabulary: Vocabulary, _ configuration: Configuration, _ place: Place,
      checkpoint: String? = nil, step: Int? = nil, seed: UInt64? = nil
    ) {
      text = vocabulary.decode(token.text)
      self.token = token.position
      symbol = vocabulary.name(of: token.symbol)
      nextSymbol = vocabulary.name(of: token.next)
      layer = place.layer
      layers = configuration.layers
      modelWidth = configuration.modelWidth
      experts = configuration.experts
      expertWidth = configuration.expertWidth
      topK = place.k
      gateOrder = configuration.gateOrder
      self.vocabulary = vocabulary.count
      self.checkpoint = checkpoint
      self.step = step
      self.seed = seed
    }
  }

  /// What is traced, in lines for a person.
  package var heading: [String] {
    let weights =
      if let checkpoint = subject.checkpoint, let step = subject.step {
        "\(routers[0].router) after step \(step) of \(checkpoint)"
      } else {
        "random, seed \(subject.seed ?? 0), \(Int(Self.magnification)) times as large as training begins with"
      }
    let text = subject.text.count > 24 ? "…" + subject.text.suffix(24) : subject.text
    return [
      "token    \(subject.symbol), symbol \(subject.token) of \(text.debugDescription); it is to predict "
        + subject.nextSymbol,
      "mixture  layer \(subject.layer) of \(subject.layers); d = \(subject.modelWidth), N = \(subject.experts), "
        + "k = \(subject.topK), f = \(subject.expertWidth); \(subject.gateOrder.rawValue)",
      "weights  \(weights)",
      "marks    [T] trained   [F] fixed for ever   [G] generated from what is trained",
    ]
  }

  /// What the trace ends with: for each router one sentence that says what received a gradient and how far W_r moves, and one
  /// about what they have in common.
  package var conclusions: [String] { routers.map(\.conclusion) + [common] }

  private var common: String {
    let backward = routers[0].backward
    if backward.c.allSatisfy({ $0 == 0 }) {
      return "The gate is constant here and c = 0: no router can learn anything from this token (D1)."
    }
    let who = routers.count > 1 ? "In all \(routers.count) the same" : "The"
    return "\(who) routing term J₂ᵀu goes back to h, \(length(backward.J2u).short) long beside "
      + "\(length(backward.J1u).short) through the experts: it does not depend on who learns."
  }
}

extension TokenTrace {
  /// How many numbers of the router are trained, or fixed.
  func count(trained: Bool) -> Int { tensors.reduce(0) { $0 + (($1.gradientNorm != nil) == trained ? $1.count : 0) } }

  fileprivate var conclusion: String {
    let norms = tensors.compactMap(\.gradientNorm)
    let (norm, trained, fixed) = (length(norms), count(trained: true), count(trained: false))
    let received = "\(trained) numbers, norm \(norm.short)"
    let moved = "one step of Adam moves W_r by \(step.distance.short)"
    if !norms.isEmpty && norm == 0 {
      return "\(router): the gradient of its \(trained) trainable parameters is 0; W_r stays."
    }
    switch origin {
    case .trained:
      return "\(router): the gradient reaches W_r and b_r (\(received)); \(moved)."
    case .frozen:
      return "\(router): no gradient for any of its \(fixed) numbers; W_r moves by \(step.distance.short), trained it "
        + "would move by \(step.distanceIfTrained.short)."
    case .generated, .generatedByRow:
      return
        "\(router): the gradient reaches e (\(received)) and none of 𝓗's \(fixed) numbers; \(moved)\(besideTrained)."
    }
  }

  private var besideTrained: String {
    guard let cosine = step.cosineIfTrained, let plain = step.plainCosineIfTrained, let unrelated = step.unrelatedCosine
    else { return "" }
    return ", \((step.distance / step.distanceIfTrained).short) times as far as if it were trained itself, and "
      + "the cosine of the two ΔW_r is \(cosine.short). Of plain gradient steps of (W_r | b_r), which never oppose each "
      + "other, it is \(plain.short); for a gradient unrelated to 𝓗 it would be about \(unrelated.short)"
  }
}

private func length(_ numbers: [Double]) -> Double { numbers.reduce(0) { $0 + $1 * $1 }.squareRoot() }
