import Analysis
import Corpora
import MixtureOfExperts
import TransformerXL

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
  let checkpoint: String?
  /// After how many steps the weights were written; nil for a model made on the spot.
  let step: Int?
  /// The seed of a model made on the spot; nil for a run's.
  let seed: UInt64?

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

  enum CodingKeys: String, CodingKey {
    case text, token, symbol, layer, layers, experts, vocabulary, checkpoint, step, seed
    case nextSymbol = "next_symbol"
    case modelWidth = "model_width"
    case expertWidth = "expert_width"
    case topK = "top_k"
    case gateOrder = "gate_order"
  }

  /// Writes the subject; null where there is nothing.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(text, forKey: .text)
    try container.encode(token, forKey: .token)
    try container.encode(symbol, forKey: .symbol)
    try container.encode(nextSymbol, forKey: .nextSymbol)
    try container.encode(layer, forKey: .layer)
    try container.encode(layers, forKey: .layers)
    try container.encode(modelWidth, forKey: .modelWidth)
    try container.encode(experts, forKey: .experts)
    try container.encode(expertWidth, forKey: .expertWidth)
    try container.encode(topK, forKey: .topK)
    try container.encode(gateOrder, forKey: .gateOrder)
    try container.encode(vocabulary, forKey: .vocabulary)
    try container.encode(checkpoint, forKey: .checkpoint)
    try container.encode(step, forKey: .step)
    try container.encode(seed, forKey: .seed)
  }
}
