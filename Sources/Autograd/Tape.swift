import Tensors

/// A record of operations, in the order in which they were carried out.
///
/// An operation on variables computes its value at once and, if a gradient may be wanted, leaves on the tape a closure
/// that turns the gradient of its output into gradients of its inputs: its pullback. Walking the tape backwards is
/// reverse-mode differentiation. ``TrainingTape`` walks once and frees memory on the way; ``JacobianTape`` walks once for
/// each output.
public final class Tape<Scalar: Real> {
  /// Distributes the gradient of an operation's output to its inputs.
  public typealias Pullback = (_ upstream: Tensor<Scalar>, _ gradients: inout Cotangents<Scalar>) -> Void

  struct Node {
    let shape: Shape
    /// Nil for leaves, whose gradients are the result.
    var pullback: Pullback?
  }

  /// The threads that operations on this tape use.
  public let workers: Workers
  /// Whether pullbacks are kept; without them every result is a constant, which is what evaluation wants.
  public let isRecording: Bool
  var nodes: [Node] = []
  /// The nodes of the parameters in use; a variable here would hold the tape alive.
  var leaves: [ObjectIdentifier: Int] = [:]
  var parameters: [(parameter: Parameter<Scalar>, node: Int)] = []
  /// What operations take, if somebody asked.
  var times: OperationTimes?

  init(workers: Workers, isRecording: Bool) {
    self.workers = workers
    self.isRecording = isRecording
  }

  /// Creates a tape that computes values only: every variable is a constant.
  public static func evaluating(workers: Workers = .one) -> Tape {
    Tape(workers: workers, isRecording: false)
  }

  /// Puts a tensor on the tape through which no gradient flows.
  public func constant(_ value: Tensor<Scalar>) -> Variable<Scalar> {
    Variable(value: value, node: nil, tape: self)
  }

  /// Puts a tensor on the tape whose gradient can be asked for.
  ///
  /// - Returns: A leaf.
  public func variable(_ value: Tensor<Scalar>) -> Variable<Scalar> {
    guard isRecording else { return constant(value) }
    nodes.append(Node(shape: value.shape, pullback: nil))
    return Variable(value: value, node: nodes.count - 1, tape: self)
  }

  /// Puts a parameter on the tape; used again it is the same leaf, so the gradients of all uses add up.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func callAsFunction(_ parameter: Parameter<Scalar>) -> Variable<Scalar> {
    let identity = ObjectIdentifier(parameter)
    if let node = leaves[identity] { return Variable(value: parameter.value, node: node, tape: self) }
    let leaf = variable(parameter.value)
    if let node = leaf.node {
      leaves[identity] = node
      parameters.append((parameter, node))
    }
    return leaf
  }

  /// Puts a frozen weight on the tape: a constant, for which nothing is ever recorded.
  ///
  /// - Parameter frozen: The weight.
  public func callAsFunction(_ frozen: Frozen<Scalar>) -> Variable<Scalar> {
    constant(frozen.value)
  }

  /// Puts the result of an operation on the tape.
  ///
  /// - Parameters:
  ///   - value: The result.
  ///   - inputs: The operation's inputs; if none needs a gradient, the result is a constant and `pullback` is dropped.
  ///   - operation: The name of the function that calls.
  ///   - pullback: The derivative. It should capture what it needs and no more: that is what stays in memory.
  /// - Returns: The result as a variable.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func record(
    _ value: Tensor<Scalar>, from inputs: Variable<Scalar>..., operation: StaticString = #function,
    pullback: @escaping Pullback
  ) -> Variable<Scalar> {
    precondition(inputs.allSatisfy { $0.tape === self }, "record: operands of an operation are on different tapes")
    let isKept = isRecording && inputs.contains { $0.needsGradient }
    if times != nil {
      let weights = inputs.compactMap { input in parameters.first { $0.node == input.node }?.parameter.name }
      times?.recorded("\(operation)", weights, value.shape, node: isKept ? nodes.count : nil)
    }
    guard isKept else { return constant(value) }
    nodes.append(Node(shape: value.shape, pullback: pullback))
    return Variable(value: value, node: nodes.count - 1, tape: self)
  }
}
