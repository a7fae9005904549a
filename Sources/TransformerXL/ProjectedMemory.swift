import Tensors

/// What a model remembers of one text, as attention reads it: the keys and values of every layer, and the positions.
///
/// ``Memory`` holds hidden states, because weights change between the segments of training. While they do not change,
/// neither do the projections of what was read: here each symbol is projected once, and W_R R once for all symbols. So
/// reading a symbol costs one symbol's work.
///
/// A memory belongs to the weights that filled it. A symbol read alone sees the last M + T symbols, itself included, as many
/// as the last symbol of a training segment; in a piece of n, the last one does.
public struct ProjectedMemory<Scalar: Real>: Sendable {
  /// M + T: how many symbols are seen at most.
  public let reach: Int
  /// W_k x and W_v x side by side for what each layer's attention read, rows of 2w.
  private var keyValue: [RecentRows<Scalar>]
  /// W_R R of each layer for the distances M + T − 1 … 0, (M + T)×w.
  private let positions: [Tensor<Scalar>]

  /// Creates a memory of nothing.
  ///
  /// - Parameters:
  ///   - reach: M + T.
  ///   - positions: W_R R of each layer, (M + T)×w.
  init(reach: Int, positions: [Tensor<Scalar>]) {
    self.reach = reach
    self.positions = positions
    keyValue = positions.map { RecentRows(limit: reach, width: 2 * $0.shape[1]) }
  }

  /// How many symbols are remembered.
  public var length: Int { keyValue.first?.count ?? 0 }

  /// Adds symbols to one layer's memory.
  ///
  /// - Parameter fresh: Their keys and values, 1×T×2w.
  mutating func append(_ fresh: Tensor<Scalar>, layer: Int) {
    keyValue[layer].append(fresh)
  }

  /// Returns what one layer's attention looks at.
  ///
  /// - Returns: Keys and values, 1×K×2w, and positions for the distances K−1 … 0, K×w.
  func context(of layer: Int) -> (keyValue: Tensor<Scalar>, position: Tensor<Scalar>) {
    let count = keyValue[layer].count
    return (keyValue[layer].rows, positions[layer].sliced(0, reach - count..<reach))
  }
}
