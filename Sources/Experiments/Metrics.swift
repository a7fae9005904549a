import MixtureOfExperts
import Hosts
import Foundation
import RunFiles
import Training

/// One line of metrics.jsonl: what a step did, or what a look at the model on the way saw.
package enum MetricsLine: Codable {
  case step(TrainingMetric)
  case evaluation(EvaluationMetric)

  private enum Kind: String, Codable { case step, evaluation }
  private enum CodingKeys: CodingKey { case kind }

  /// Finished steps.
  package var step: Int {
    switch self {
    case .step(let metric): metric.step
    case .evaluation(let metric): metric.look.step
    }
  }

  package init(from decoder: any Decoder) throws {
    // Lines of runs from before there were looks have no kind.
    let kind = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(Kind.self, forKey: .kind)
    switch kind ?? .step {
    case .step: self = .step(try TrainingMetric(from: decoder))
    case .evaluation: self = .evaluation(try EvaluationMetric(from: decoder))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .step(let metric):
      try container.encode(Kind.step, forKey: .kind)
      try metric.encode(to: encoder)
    case .evaluation(let metric):
      try container.encode(Kind.evaluation, forKey: .kind)
      try metric.encode(to: encoder)
    }
  }
}

/// What a look at the model saw, and how long the training had taken.
package struct EvaluationMetric: Codable {
  package let look: TrainingLook
  /// Of training alone, over all sessions; what a killed session did after its last checkpoint is not counted.
  package let seconds: Double
  /// Since the look before.
  package let tokensPerSecond: Double

  private enum CodingKeys: CodingKey { case seconds, tokensPerSecond }

  package init(look: TrainingLook, seconds: Double, tokensPerSecond: Double) {
    (self.look, self.seconds, self.tokensPerSecond) = (look, seconds, tokensPerSecond)
  }

  package init(from decoder: any Decoder) throws {
    look = try TrainingLook(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    seconds = try container.decode(Double.self, forKey: .seconds)
    tokensPerSecond = try container.decode(Double.self, forKey: .tokensPerSecond)
  }

  package func encode(to encoder: any Encoder) throws {
    try look.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(tokensPerSecond, forKey: .tokensPerSecond)
  }
}

/// What one step did: a line of metrics.jsonl.
package struct TrainingMetric: Codable {
  package let step: Int
  /// The batch's mean loss before the update, in nats a symbol.
  package let loss: Double
  package let bitsPerSymbol: Double
  package let gradientNorm: Double
  package let learningRate: Double
  package let k: Int

  package init(step: Int, loss: Double, gradientNorm: Double, learningRate: Double, k: Int) {
    self.step = step
    self.loss = loss
    bitsPerSymbol = loss / M_LN2
    self.gradientNorm = gradientNorm
    self.learningRate = learningRate
    self.k = k
  }
}

extension [MetricsLine] {
  /// What steps did.
  package var steps: [TrainingMetric] {
    compactMap { if case .step(let metric) = $0 { metric } else { nil } }
  }

  /// What looks saw.
  package var looks: [EvaluationMetric] {
    compactMap { if case .evaluation(let metric) = $0 { metric } else { nil } }
  }
}

extension [MetricsLine] {
  /// Refuses looks that do not fit together, or not the model.
  ///
  /// - Throws: `FileError` of kind `damaged`.
  package func expectFit(_ model: Configuration, in directory: RunDirectory) throws(FileError) {
    if let misfit = misfit(model) {
      throw FileError(.damaged, directory.path(of: RunDirectory.metricsName), misfit)
    }
  }

  private func misfit(_ model: Configuration) -> String? {
    let looks = looks.map(\.look)
    guard zip(looks, looks.dropFirst()).allSatisfy({ $0.step < $1.step }) else { return "has looks in another order" }
    let tokens = looks.first?.firstChoices.first?.count ?? 0
    for look in looks {
      if let misfit = look.validation.misfit(model) { return "\(misfit), at step \(look.step)" }
      let sizes = [look.mixtures.count, look.firstChoices.count]
      guard sizes == [0, 0] && tokens == 0 || sizes == [model.layers, model.layers] && tokens > 0,
        look.firstChoices.allSatisfy({ $0.count == tokens })
      else { return "has a look at other tokens or layers at step \(look.step)" }
    }
    return nil
  }
}

extension RouterResult {
  /// What does not fit together in a result that was read from a file; nil if everything does.
  ///
  /// - Parameter configuration: The run's.
  package func misfit(_ configuration: RunConfiguration) -> String? {
    let model = configuration.model
    let ks = test.map(\.k)
    func are(_ counts: [Int], _ expected: Int) -> Bool { counts.allSatisfy { $0 == expected } }
    if router != model.router.rawValue || seed != configuration.training.seed {
      return "is of \(router) with seed \(seed), expected \(model.router.rawValue) with seed "
        + "\(configuration.training.seed)"
    }
    if ks.isEmpty || Set(ks).count != ks.count || evaluation.map(\.k) != ks || multiplyAddsPerToken.count != ks.count {
      return "has other k on the test part than on the validation part or among its costs"
    }
    let evaluations =
      evaluation + test + course.map(\.validation) + policies.map(\.evaluation) + [common].compactMap { $0 }
    for evaluation in evaluations + [withoutMemory].compactMap({ $0 }) + (reach?.lengths ?? []).map(\.evaluation) {
      if let misfit = evaluation.misfit(model) { return misfit }
    }
    guard [0, model.layers].contains(routingTables.count), [0, model.layers].contains(mixtures.count) else {
      return "has tables or mixtures of other layers than \(model.layers)"
    }
    for table in routingTables {
      let dialects = table.firstChoiceByDialect ?? []
      guard table.coActivation.count == model.experts, are((table.coActivation + dialects).map(\.count), model.experts)
      else { return "has a table of other experts than \(model.experts)" }
    }
    if let point = course.first(where: { ![0, model.layers].contains($0.mixtures.count) }) {
      return "has \(point.mixtures.count) mixtures at step \(point.step), expected \(model.layers)"
    }
    guard let reading else { return nil }
    let choices = reading.firstExperts
    guard reading.bits.count == reading.symbols.count, are(choices.map(\.count), reading.symbols.count),
      choices.joined().allSatisfy({ (0..<model.experts).contains($0) })
    else { return "has a text with other bits or experts than symbols" }
    return nil
  }
}

extension EvaluationResult {
  /// What does not fit a model; nil if everything does.
  fileprivate func misfit(_ model: Configuration) -> String? {
    let layers = [entropyPerLayer.count, loadPerLayer.count]
    guard layers == [0, 0] || layers == [model.layers, model.layers] else {
      return "has \(layers[0]) layers, expected \(model.layers)"
    }
    guard loadPerLayer.allSatisfy({ $0.count == model.experts }) else { return "has a load of other experts" }
    return nil
  }
}
