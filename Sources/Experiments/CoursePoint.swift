import Jacobian
import Training

/// What a training had come to at one step, beside what it came to in the end.
public struct CoursePoint: Codable, Sendable {
  /// Finished steps.
  public let step: Int
  /// On the validation part, at the k of the training at that step.
  public let validation: EvaluationResult
  /// The mixtures at the k at which routers are compared, first layer first; empty for dense models and short texts.
  public let mixtures: [MixtureMeasures]
  /// How much of the routing was already the final one, by layer.
  public let saturation: [Saturation]

  /// Puts looks beside the last of them.
  ///
  /// - Parameter looks: All of one training, by ascending step.
  /// - Returns: One point for each.
  public static func course(of looks: [TrainingLook]) -> [CoursePoint] {
    guard let final = looks.last?.firstChoices else { return [] }
    return looks.map { look in
      CoursePoint(
        step: look.step, validation: look.validation, mixtures: look.mixtures,
        saturation: paired(look.firstChoices, final).map { Saturation(of: $0, final: $1) })
    }
  }
}
