import Dispatch
import Tensors

/// What the operations on a training tape took, forward and backward.
///
/// The clock is read when an operation is recorded and when its pullback has run. What passes between two readings counts for
/// the second operation, so nothing is left out; keeping the account is not counted.
public struct OperationTimes: Sendable {
  /// An operation, whether or not a gradient flows through it.
  public struct Operation: Sendable {
    /// The name of its function, such as `affine(_:weight:bias:activation:)`.
    public let name: String
    /// The names of the parameters among its inputs.
    public let parameters: [String]
    /// The shape of its result.
    public let shape: Shape
    /// Seconds until its value was computed.
    public let forward: Double
    /// Seconds until its gradient was passed on and added to others of the same place.
    public internal(set) var backward = 0.0
  }

  /// All of them, in the order in which they were recorded.
  public private(set) var operations: [Operation] = []
  /// When the last of them had ended, in nanoseconds of `DispatchTime`.
  public private(set) var end = DispatchTime.now().uptimeNanoseconds
  private var operationOfNode: [Int: Int] = [:]
  private var last = DispatchTime.now().uptimeNanoseconds

  mutating func recorded(_ name: String, _ parameters: [String], _ shape: Shape, node: Int?) {
    if let node { operationOfNode[node] = operations.count }
    operations.append(Operation(name: name, parameters: parameters, shape: shape, forward: lap()))
    last = DispatchTime.now().uptimeNanoseconds
  }

  mutating func pulledBack(_ node: Int) {
    let seconds = lap()
    if let operation = operationOfNode[node] { operations[operation].backward += seconds }
    last = DispatchTime.now().uptimeNanoseconds
  }

  private mutating func lap() -> Double {
    end = DispatchTime.now().uptimeNanoseconds
    return Double(end - last) * 1e-9
  }
}
