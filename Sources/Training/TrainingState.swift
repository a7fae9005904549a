import MixtureOfExperts
import Tensors

/// What a run needs, beside its weights, to go on exactly where it stopped.
///
/// The position in the data and all randomness follow from the number of finished steps.
public struct TrainingState<Scalar: Real>: Sendable {
  /// How many steps were finished.
  public let finishedSteps: Int
  let optimiser: Adam<Scalar>
  let model: HostState<Scalar>  // of all rows
  let recentLosses: [Double]
}

extension Trainer {
  /// The state after the last finished step.
  public var state: TrainingState<Scalar> {
    TrainingState(
      finishedSteps: finishedSteps, optimiser: optimiser, model: HostState(joining: states), recentLosses: recentLosses)
  }
}
