import Corpora
import Experiments
import Jacobian
import MixtureOfExperts
import RunFiles

/// What `trace` found; the object that `--json` prints.
struct TraceOutcome: Codable {
  let subject: TraceSubject
  /// One trace for each router; from h to what arrives at W_r they have the same numbers.
  let routers: [TokenTrace]
}

/// What was traced: the token, the model, and where in it.
struct TraceSubject: Codable {
  /// The text, decoded.
  let text: String
  /// The position of the traced symbol, counted from 0.
  let token: Int
  let symbol: String
  let nextSymbol: String
  let layer: Int
  let layers: Int
  let modelWidth: Int
  let experts: Int
  let expertWidth: Int
  /// k.
  let topK: Int
  let gateOrder: GateOrder
  let vocabulary: Int
  /// The directory of the run; nil for a model made on the spot.
  @OrNull private(set) var checkpoint: String?
  /// After how many steps the weights were written; nil for a model made on the spot.
  @OrNull private(set) var step: Int?
  /// The seed of a model made on the spot; nil for a run's.
  @OrNull private(set) var seed: UInt64?

  /// Where a model comes from.
  enum Model {
    case small(seed: UInt64)
    case stored(_ path: String, step: Int)
  }

  init(
    _ token: TracedToken, _ vocabulary: Vocabulary, _ configuration: Configuration, layer: Int, k: Int, model: Model
  ) {
    text = vocabulary.decode(token.text)
    self.token = token.position
    symbol = vocabulary.name(of: token.symbol)
    nextSymbol = vocabulary.name(of: token.next)
    self.layer = layer
    layers = configuration.layers
    modelWidth = configuration.modelWidth
    experts = configuration.experts
    expertWidth = configuration.expertWidth
    topK = k
    gateOrder = configuration.gateOrder
    self.vocabulary = vocabulary.count
    switch model {
    case .small(let seed): (checkpoint, step, self.seed) = (nil, nil, seed)
    case .stored(let path, let step): (checkpoint, self.step, seed) = (path, step, nil)
    }
  }
}
