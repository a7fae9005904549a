import Tensors
import TransformerXL

/// What a run needs, beside its weights, to go on exactly where it stopped.
///
/// The position in the data and all randomness follow from the number of finished steps.
public struct TrainingState<Scalar: Real>: Sendable {
  /// How many steps were finished.
  public let finishedSteps: Int
  let optimiser: Adam<Scalar>
  let memory: Memory<Scalar>  // of all rows, B×M′×d at each level
  let recentLosses: [Double]
}

extension Trainer {
  /// The state after the last finished step.
  public var state: TrainingState<Scalar> {
    TrainingState(
      finishedSteps: finishedSteps, optimiser: optimiser, memory: Memory(joining: memories), recentLosses: recentLosses)
  }
}

extension Memory {
  /// Joins the memories of the parts of a batch.
  init(joining parts: [Memory]) {
    let depth = parts.first?.levels.count ?? 0
    self.init(levels: (0..<depth).map { level in Tensor.concatenated(parts.map { $0.levels[level] }, axis: 0) })
  }

  /// The memory of some rows of a batch.
  func sliced(_ rows: Range<Int>) -> Memory {
    Memory(levels: levels.map { $0.sliced(0, rows).contiguous() })
  }
}
