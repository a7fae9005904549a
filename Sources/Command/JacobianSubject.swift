import MixtureOfExperts
import RunFiles

/// What `jacobian` looked at.
struct JacobianSubject: Codable {
  /// A model, and when it was looked at.
  struct Model: Codable {
    let router: String
    /// Finished steps.
    let steps: Int
    /// Of the whole run.
    let plannedSteps: Int
    /// Experts for each token at that step.
    let k: Int
  }

  /// The sizes of the curve of ranks.
  struct Curve: Codable {
    let experts: Int
    let modelWidth: Int
    let hypernetworkWidth: Int
    let steps: Int
  }

  let layers: Int
  let modelWidth: Int
  let expertWidth: Int
  let experts: Int
  let gateOrder: GateOrder
  /// The text's name; null for a stored run, whose own text it is.
  @OrNull var corpus: String?
  /// The stored run's directory; null where models were trained for this.
  @OrNull var checkpoint: String?
  @OrNull var seed: Int?
  let models: [Model]
  @OrNull var curve: Curve?

  init(
    _ configuration: Configuration, models: [Model], corpus: String? = nil, checkpoint: String? = nil, seed: Int? = nil,
    curve: Curve? = nil
  ) {
    layers = configuration.layers
    modelWidth = configuration.modelWidth
    expertWidth = configuration.expertWidth
    experts = configuration.experts
    gateOrder = configuration.gateOrder
    self.corpus = corpus
    self.checkpoint = checkpoint
    self.seed = seed
    self.models = models
    self.curve = curve
  }

  /// The same for a person, in lines.
  var heading: String {
    var lines = [
      "L = \(layers), d = \(modelWidth), f = \(expertWidth), N = \(experts), \(gateOrder.rawValue)"
    ]
    if let checkpoint {
      lines.append("as trained in \(checkpoint)")
      lines += models.map { "\($0.router) after \($0.steps) of \($0.plannedSteps) steps, k = \($0.k)" }
    } else if let corpus, let seed, let steps = models.first?.steps {
      lines.append("after \(steps) steps on \(corpus), seed \(seed)")
    }
    if let curve {
      lines.append(
        "the curve of ranks: N = \(curve.experts), d = \(curve.modelWidth), s = \(curve.hypernetworkWidth), "
          + "\(curve.steps) steps")
    }
    return lines.joined(separator: "\n")
  }
}
