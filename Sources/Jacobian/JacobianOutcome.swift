import MixtureOfExperts
import RunFiles

/// What a comparison of Jacobians found: what was looked at, a verdict on every claim, and the numbers behind it.
package struct JacobianOutcome: Codable, Sendable {
  package let gateOrder: GateOrder
  package let subject: JacobianSubject
  package let verdicts: [ClaimVerdict]  // One for each claim about some of the routers looked at
  package let claims: [ClaimResult]  // What was compared and measured, claim by claim
  package let collapse: [ClaimResult]  // What is measured beside the claims
  /// The claims about these routers that were decided for none of them: no pass, though none failed.
  package let undecided: [Claim]

  init(_ subject: JacobianSubject, about routers: [RouterKind], _ results: [ClaimResult]) {
    gateOrder = subject.gateOrder
    self.subject = subject
    verdicts = ClaimVerdict.all(results, about: routers)
    claims = Claim.all.flatMap { claim in results.filter { $0.claim == claim } }
    collapse = results.filter { $0.claim == nil }
    undecided = verdicts.filter { $0.holds == nil }.map(\.claim)
  }
}

/// What a comparison of Jacobians looked at.
package struct JacobianSubject: Codable, Sendable {
  /// A model, and when it was looked at.
  package struct Model: Codable, Sendable {
    package let router: String
    package let steps: Int  // Finished steps
    package let plannedSteps: Int  // Of the whole run
    package let k: Int  // Experts for each token at that step
  }

  /// The sizes of the curve of ranks.
  package struct Curve: Codable, Sendable {
    package let experts: Int
    package let modelWidth: Int
    package let hypernetworkWidth: Int
    package let steps: Int
  }

  package let layers: Int
  package let modelWidth: Int
  package let expertWidth: Int
  package let experts: Int
  package let gateOrder: GateOrder
  @OrNull package private(set) var corpus: String?  // The text's name; nil for stored runs, whose own text it is
  /// The stored run's directory; nil where models were trained for this.
  @OrNull package private(set) var checkpoint: String?
  @OrNull package private(set) var seed: Int?
  package let models: [Model]
  @OrNull package private(set) var curve: Curve?

  init(
    _ configuration: Configuration, models: [Model], corpus: String? = nil, checkpoint: String? = nil, seed: Int? = nil,
    curve: Curve? = nil
  ) {
    layers = configuration.layers
    modelWidth = configuration.modelWidth
    expertWidth = configuration.expertWidth
    experts = configuration.experts
    gateOrder = configuration.gateOrder
    self.models = models
    self.corpus = corpus
    self.checkpoint = checkpoint
    self.seed = seed
    self.curve = curve
  }

  /// The same for a person.
  package var heading: [String] {
    var lines = ["L = \(layers), d = \(modelWidth), f = \(expertWidth), N = \(experts), \(gateOrder.rawValue)"]
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
    return lines
  }
}
