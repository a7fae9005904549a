import Analysis
import Training

extension RouterResult {
  /// What does not fit together in a result that was read from a file; nil if everything does.
  ///
  /// - Parameter configuration: The run's.
  func misfit(_ configuration: RunConfiguration) -> String? {
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
    let evaluations = evaluation + test + course.map(\.validation)
    for evaluation in evaluations + policies.map(\.evaluation) + [withoutMemory].compactMap({ $0 }) {
      let layers = [evaluation.entropyPerLayer.count, evaluation.loadPerLayer.count]
      guard layers == [0, 0] || layers == [model.layers, model.layers] else {
        return "has \(layers[0]) layers, expected \(model.layers)"
      }
      guard are(evaluation.loadPerLayer.map(\.count), model.experts) else { return "has a load of other experts" }
    }
    guard [0, model.layers].contains(routingTables.count), [0, model.layers].contains(mixtures.count) else {
      return "has tables or mixtures of other layers than \(model.layers)"
    }
    for table in routingTables {
      let dialects = table.firstChoiceByDialect ?? []
      guard table.coActivation.count == model.experts, are((table.coActivation + dialects).map(\.count), model.experts)
      else { return "has a table of other experts than \(model.experts)" }
    }
    guard let reading else { return nil }
    let choices = reading.firstExperts
    guard reading.bits.count == reading.symbols.count, are(choices.map(\.count), reading.symbols.count),
      choices.joined().allSatisfy({ (0..<model.experts).contains($0) })
    else { return "has a text with other bits or experts than symbols" }
    return nil
  }
}
