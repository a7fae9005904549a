import Autograd
import Tensors

/// What a model remembers of earlier segments: for each of the L+1 levels (embeddings, then each layer's output) the last
/// M hidden states.
///
/// Memory holds tensors, not variables: no gradient flows into the past.
///
/// Equation [memory] in NOTES.md.
public struct Memory<Scalar: Real>: Sendable {
  /// One tensor B×M′×d for each level, M′ ≤ M; none before the first segment.
  public let levels: [Tensor<Scalar>]

  /// No memory: the state before the first segment.
  public static var empty: Memory { Memory(levels: []) }

  /// Restores a memory.
  ///
  /// - Parameter levels: One tensor B×M′×d for each level, or none.
  public init(levels: [Tensor<Scalar>]) {
    self.levels = levels
  }

  /// M′: how many tokens are remembered.
  public var length: Int { levels.first?.shape[1] ?? 0 }

  /// Returns [memory ; h], which a layer attends to.
  ///
  /// - Parameters:
  ///   - level: The level h belongs to.
  ///   - h: The current hidden states, B×T×d.
  /// - Returns: B×(M′+T)×d.
  public func context(_ level: Int, _ h: Variable<Scalar>) -> Variable<Scalar> {
    length == 0 ? h : concatenated(h.tape.constant(levels[level]), h, axis: 1)
  }

  /// Returns the memory for the next segment: at each level the last rows of [memory ; h].
  ///
  /// - Parameters:
  ///   - states: Hidden states of the current segment, one tensor B×T×d for each level.
  ///   - limit: M, the largest number of tokens remembered.
  /// - Returns: The new memory.
  public func updated(with states: [Tensor<Scalar>], limit: Int) -> Memory {
    guard limit > 0 else { return .empty }
    return Memory(
      levels: states.enumerated().map { level, h in
        let fresh = h.sliced(1, max(0, h.shape[1] - limit)..<h.shape[1])
        let kept = min(length, limit - fresh.shape[1])
        if kept == 0 { return fresh.contiguous() }
        return Tensor.concatenated([levels[level].sliced(1, length - kept..<length), fresh], axis: 1)
      })
  }
}
