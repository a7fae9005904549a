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
  public func callAsFunction(_ frozen: Frozen<Scalar>) -> Variable<Scalar> {
    constant(frozen.value)
  }

  /// Puts the result of an operation on the tape; if none of its inputs needs a gradient, as a constant.
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

/// A tensor on a tape.
///
/// Operations take and return variables; ``value`` leaves the tape, and with it every gradient.
public struct Variable<Scalar: Real> {
  /// The value.
  public let value: Tensor<Scalar>
  /// The place on the tape, or nil for a constant.
  let node: Int?
  /// The tape.
  public let tape: Tape<Scalar>

  /// The shape of the value.
  public var shape: Shape { value.shape }

  /// Whether gradients flow into this variable.
  public var needsGradient: Bool { node != nil }

  /// Returns the same value as a constant: the stop-gradient.
  public func detached() -> Variable { tape.constant(value) }
}

/// The gradients gathered so far on a walk backwards along a tape, one for each place.
public struct Cotangents<Scalar: Real> {
  private var slots: [Tensor<Scalar>?]
  private let workers: Workers

  init(count: Int, workers: Workers) {
    slots = Array(repeating: nil, count: count)
    self.workers = workers
  }

  /// Adds a gradient to those that a place on the tape has received.
  ///
  /// - Parameter gradient: A gradient of the place's shape; computed only if the place needs it.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func add(_ gradient: @autoclosure () -> Tensor<Scalar>, to place: Place) {
    guard let node = place.node else { return }
    let gradient = gradient()
    precondition(
      gradient.shape == place.shape,
      "pullback: a gradient of shape \(gradient.shape) for a value of shape \(place.shape)"
    )
    guard var sum = slots[node] else {
      slots[node] = gradient
      return
    }
    slots[node] = nil  // so that the sum is unshared and added to in place
    sum.add(gradient, workers: workers)
    slots[node] = sum
  }

  /// Takes the gradient of a place out, leaving none.
  mutating func take(_ node: Int) -> Tensor<Scalar>? {
    defer { slots[node] = nil }
    return slots[node]
  }

  mutating func seed(_ node: Int, with gradient: Tensor<Scalar>) {
    slots[node] = gradient
  }
}

/// A variable without its value and its tape: what a pullback captures to say where a gradient goes.
public struct Place: Sendable {
  let node: Int?
  /// The shape of the variable, and so of its gradient.
  public let shape: Shape

  /// Remembers where a variable's gradient goes.
  public init(_ variable: Variable<some Real>) {
    node = variable.node
    shape = variable.shape
  }
}
