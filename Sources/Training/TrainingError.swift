/// A run that cannot go on.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
  /// The loss or the gradient's norm is NaN or infinite; weights were not changed by this step.
  case notFinite(step: Int, what: String)

  /// One line: what stopped being finite, and where.
  public var description: String {
    switch self {
    case .notFinite(let step, let what):
      "step \(step): the \(what) is not finite; a smaller --learning-rate or --clip may help"
    }
  }
}
