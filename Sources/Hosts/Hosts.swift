import Layers
import MixtureOfExperts
import Tensors
import TransformerXL

extension HostKind: CaseIterable {
  /// All hosts: a new one has its line here and all else in its own files.
  public static let allCases: [HostKind] = [
    .transformerXL
  ]
}

extension LanguageModel {
  /// Makes a model of validated sizes with initial weights.
  ///
  /// The same seed gives the same weights; models that differ in the router share all others.
  public init(_ configuration: Configuration, seed: UInt64) {
    self.init(configuration.facts.host(configuration, initializer: Initializer<Scalar>(seed: seed)))
  }
}

extension Configuration {
  /// What is known about the host; nil where nobody knows its name.
  private var knownFacts: (any HostFacts)? {
    let host = self.host ?? .transformerXL
    return host.facts ?? HostKind.allCases.first { $0 == host }?.facts
  }

  fileprivate var facts: any HostFacts {
    guard let facts = knownFacts else { preconditionFailure("Configuration: no host \(host?.rawValue ?? "")") }
    return facts
  }

  /// Checks that a model of these sizes can exist; whether it fits into a machine's memory is another question.
  public func validate() throws(ConfigurationError) {
    guard let facts = knownFacts else {
      throw ConfigurationError(
        "host", found: host?.rawValue ?? "", expected: HostKind.allCases.map(\.rawValue).joined(separator: ", "))
    }
    try validateLimits()
    try facts.validate(self)
  }

  /// How many numbers a model's weights have, trained and frozen; asked before any of them is made, of valid sizes.
  public var weightCount: Int { facts.weightCount(self) }

  /// How many numbers training changes: all weights but hypernetworks and what else of the routers is frozen.
  public var trainedCount: Int { weightCount - frozenCount }

  /// How many numbers one step of training keeps for the backward pass, roughly: the large tensors are counted.
  ///
  /// It may exceed every integer. Dense models ignore k.
  public func activationCount(batch: Int, k: Int) -> Double { facts.activationCount(self, batch: batch, k: k) }

  /// The multiply-adds that one token of B rows needs on its way through the model, forward.
  ///
  /// Training needs three times as many. Each is two floating-point operations. Dense models, whose one network is as wide as
  /// all experts, ignore k.
  public func multiplyAddsPerToken(batch: Int, k: Int) -> Double {
    facts.multiplyAddsPerToken(self, batch: batch, k: k)
  }

  /// The shapes of the tensors that a model carries on in training after so many symbols of every row.
  public func stateShapes(batch: Int, read: Int) -> [Shape] { facts.stateShapes(self, batch: batch, read: read) }
}
