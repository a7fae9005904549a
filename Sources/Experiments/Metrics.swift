import MixtureOfExperts
import Foundation
import RunFiles
import Training

/// One line of metrics.jsonl: what a step did, or an evaluation on the way.
package enum MetricsLine: Codable {
  case step(TrainingMetric)
  case evaluation(TrainingEvaluation)

  private enum Kind: String, CaseIterable, Codable { case step, evaluation }
  private enum CodingKeys: CodingKey { case kind }

  /// Of training alone up to here, over all sessions; nil where that is not known.
  var seconds: Double? {
    switch self {
    case .step(let metric): metric.seconds
    case .evaluation(let evaluation): evaluation.seconds
    }
  }

  /// Finished steps.
  package var step: Int {
    switch self {
    case .step(let metric): metric.step
    case .evaluation(let evaluation): evaluation.step
    }
  }

  package init(from decoder: any Decoder) throws {
    // Lines of runs from before there were evaluations have no kind.
    let kind = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(Kind.self, forKey: .kind)
    switch kind ?? .step {
    case .step: self = .step(try TrainingMetric(from: decoder))
    case .evaluation: self = .evaluation(try TrainingEvaluation(from: decoder))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .step(let metric):
      try container.encode(Kind.step, forKey: .kind)
      try metric.encode(to: encoder)
    case .evaluation(let evaluation):
      try container.encode(Kind.evaluation, forKey: .kind)
      try evaluation.encode(to: encoder)
    }
  }
}

/// What one step did: a line of metrics.jsonl.
package struct TrainingMetric: Codable, Described {
  package static let words = """
    step: a line of metrics.jsonl: what a step did; the loss is that before the update
    seconds: of training up to here; null in lines from before it was kept
    """
  package static func example(from sample: any Decoder) throws -> any Encodable {
    MetricsLine.step(try Self(from: sample))
  }

  package let step: Int
  /// The batch's mean loss before the update, in nats a symbol.
  package let loss: Double
  package let bitsPerSymbol: Double
  package let gradientNorm, learningRate: Double
  package let k: Int
  /// As in the ``TrainingEvaluation``; nil in lines from before it was kept.
  @OrNull package private(set) var seconds: Double?

  package init(
    step: Int, loss: Double, gradientNorm: Double, learningRate: Double, k: Int, seconds: Double? = nil
  ) {
    (self.step, self.loss, bitsPerSymbol) = (step, loss, loss / M_LN2)
    (self.gradientNorm, self.learningRate, self.k, self.seconds) = (gradientNorm, learningRate, k, seconds)
  }
}

extension [MetricsLine] {
  /// Those of a run's directory; none where they are not kept.
  init(in directory: RunDirectory) throws {
    self =
      directory.contains(RunDirectory.metricsName) ? try directory.readLines(as: MetricsLine.self) : []
  }

  /// What steps did.
  package var steps: [TrainingMetric] {
    compactMap { if case .step(let metric) = $0 { metric } else { nil } }
  }

  /// The evaluations on the way.
  package var evaluations: [TrainingEvaluation] {
    compactMap { if case .evaluation(let evaluation) = $0 { evaluation } else { nil } }
  }

  /// Refuses evaluations that do not fit together, or not the model.
  package func expectFit(_ model: Configuration, in directory: RunDirectory) throws(FileError) {
    if let misfit = misfit(model) {
      throw FileError(.damaged, directory.path(of: RunDirectory.metricsName), misfit)
    }
  }

  private func misfit(_ model: Configuration) -> String? {
    guard zip(evaluations, evaluations.dropFirst()).allSatisfy({ $0.step < $1.step }) else {
      return "has evaluations in another order"
    }
    let tokens = evaluations.first?.firstChoices.first?.count ?? 0
    for evaluation in evaluations {
      if let misfit = evaluation.validation.misfit(model) { return "\(misfit), at step \(evaluation.step)" }
      let sizes = [evaluation.mixtures.count, evaluation.firstChoices.count]
      guard sizes == [0, 0] && tokens == 0 || sizes == [model.layers, model.layers] && tokens > 0,
        evaluation.firstChoices.allSatisfy({ $0.count == tokens })
      else { return "has an evaluation of other tokens or layers at step \(evaluation.step)" }
    }
    return nil
  }
}

extension RouterResult {
  /// What does not fit together in a result that was read from a file; nil if everything does.
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
      evaluation + test + history.map(\.validation) + policies.map(\.evaluation) + [common].compactMap { $0 }
    for evaluation in evaluations + [withoutMemory].compactMap({ $0 }) + (reach?.lengths ?? []).map(\.evaluation) {
      if let misfit = evaluation.misfit(model) { return misfit }
    }
    guard [0, model.layers].contains(routingTables.count), [0, model.layers].contains(mixtures.count) else {
      return "has tables or mixtures of other layers than \(model.layers)"
    }
    for table in routingTables {
      let classes = table.firstChoiceByClass ?? []
      guard table.coActivation.count == model.experts, are((table.coActivation + classes).map(\.count), model.experts)
      else { return "has a table of other experts than \(model.experts)" }
    }
    if let point = history.first(where: { ![0, model.layers].contains($0.mixtures.count) }) {
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
