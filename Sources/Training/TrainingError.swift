/// A run that cannot go on.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
  /// The loss or the gradient's norm is NaN or infinite; weights were not changed by this step.
  case notFinite(step: Int, what: String)
  /// The loss on held-out text is NaN or infinite.
  case evaluationNotFinite(k: Int)
  /// The logits of the next symbol of a generated text are NaN or infinite.
  case generationNotFinite

  /// One line: what stopped being finite, and where.
  public var description: String {
    switch self {
    case .notFinite(let step, let what): "step \(step): the \(what) is not finite"
    case .evaluationNotFinite(let k): "the loss on held-out text is not finite at k = \(k)"
    case .generationNotFinite: "the scores of the next symbol are not finite"
    }
  }
}
