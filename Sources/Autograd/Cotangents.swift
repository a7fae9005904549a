import Tensors

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
  /// - Parameters:
  ///   - gradient: A gradient of the place's shape; computed only if the place needs it.
  ///   - place: Where it goes.
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
