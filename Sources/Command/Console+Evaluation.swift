import Training

extension Console {
  /// Evaluates a model at several k, with progress on standard error: a long text takes a while.
  ///
  /// - Parameters:
  ///   - evaluation: The model and the text.
  ///   - label: What is evaluated.
  ///   - ks: Experts for each token, one reading of the text for each.
  ///   - remembers: Whether memory is carried.
  /// - Returns: One result for each k.
  /// - Throws: `TrainingError` if a loss is not finite.
  func results(
    of evaluation: Evaluation<Float>, _ label: String, ks: [Int], remembers: Bool = true
  ) throws -> [EvaluationResult] {
    let progress = progress("\(label): evaluating", steps: ks.count, tokensPerStep: evaluation.symbolCount)
    defer { progress.finish() }
    return try ks.enumerated().map { index, k in
      progress.update(step: index, bitsPerCharacter: nil)
      return try evaluation(k: k, remembers: remembers)
    }
  }
}
