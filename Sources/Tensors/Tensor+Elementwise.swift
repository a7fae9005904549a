import Kernels

/// Element-wise operations. Operands of different shapes broadcast as ``Shape`` describes; the named forms take the
/// workers to use, the operators run on the caller's thread.
extension Tensor {
  private typealias BinaryKernel = (
    UnsafePointer<Scalar>, UnsafePointer<Scalar>, UnsafeMutablePointer<Scalar>, Int, Workers
  ) -> Void

  private func combined(
    with other: Tensor, _ operation: String, _ workers: Workers, _ kernel: BinaryKernel
  ) -> Tensor {
    let common = shape == other.shape ? shape : shape.broadcast(with: other.shape, in: operation)
    return Tensor(common) { target in
      broadcast(to: common).withUnsafePointer { x in
        other.broadcast(to: common).withUnsafePointer { y in kernel(x, y, target, common.count, workers) }
      }
    }
  }

  /// Returns the element-wise sum.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func adding(_ other: Tensor, workers: Workers = .one) -> Tensor {
    combined(with: other, "adding", workers) { Kernel.add($0, $1, into: $2, count: $3, workers: $4) }
  }

  /// Returns the element-wise difference.
  public func subtracting(_ other: Tensor, workers: Workers = .one) -> Tensor {
    combined(with: other, "subtracting", workers) { Kernel.subtract($0, $1, into: $2, count: $3, workers: $4) }
  }

  /// Returns the element-wise product.
  public func multiplied(by other: Tensor, workers: Workers = .one) -> Tensor {
    combined(with: other, "multiplied", workers) { Kernel.multiply($0, $1, into: $2, count: $3, workers: $4) }
  }

  /// Returns the element-wise quotient.
  public func divided(by other: Tensor, workers: Workers = .one) -> Tensor {
    combined(with: other, "divided", workers) { Kernel.divide($0, $1, into: $2, count: $3, workers: $4) }
  }

  /// Returns every element multiplied by a number.
  public func scaled(by factor: Scalar, workers: Workers = .one) -> Tensor {
    mapped { Kernel.scale($0, by: factor, into: $1, count: $2, workers: workers) }
  }

  /// Returns e to the power of every element.
  public func exponential(workers: Workers = .one) -> Tensor {
    mapped { Kernel.exp($0, into: $1, count: $2, workers: workers) }
  }

  /// Returns the natural logarithm of every element.
  public func logarithm(workers: Workers = .one) -> Tensor {
    mapped { Kernel.log($0, into: $1, count: $2, workers: workers) }
  }

  /// Returns max(0, x) of every element x.
  public func relu(workers: Workers = .one) -> Tensor {
    mapped { Kernel.relu($0, into: $1, count: $2, workers: workers) }
  }

  /// Returns every element where another tensor is positive, zero elsewhere: the derivative of relu.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func maskedByPositive(_ gate: Tensor, workers: Workers = .one) -> Tensor {
    precondition(shape == gate.shape, "maskedByPositive: shapes \(shape) and \(gate.shape)")
    return Tensor(shape) { target in
      withUnsafePointer { x in
        gate.withUnsafePointer { Kernel.reluBackward(x, output: $0, into: target, count: count, workers: workers) }
      }
    }
  }

  /// Adds a multiple of a tensor of the same shape in place.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func add(_ other: Tensor, scaledBy factor: Scalar = 1, workers: Workers = .one) {
    precondition(shape == other.shape, "add: shapes \(shape) and \(other.shape)")
    let count = count
    withUnsafeMutablePointer { target in
      other.withUnsafePointer { Kernel.addScaled($0, by: factor, to: target, count: count, workers: workers) }
    }
  }

  private func mapped(_ kernel: (UnsafePointer<Scalar>, UnsafeMutablePointer<Scalar>, Int) -> Void) -> Tensor {
    Tensor(shape) { target in withUnsafePointer { kernel($0, target, count) } }
  }

  /// Returns the element-wise sum.
  public static func + (a: Tensor, b: Tensor) -> Tensor { a.adding(b) }
  /// Returns the element-wise difference.
  public static func - (a: Tensor, b: Tensor) -> Tensor { a.subtracting(b) }
  /// Returns the element-wise product.
  public static func * (a: Tensor, b: Tensor) -> Tensor { a.multiplied(by: b) }
  /// Returns the element-wise quotient.
  public static func / (a: Tensor, b: Tensor) -> Tensor { a.divided(by: b) }
  /// Returns every element multiplied by a number.
  public static func * (factor: Scalar, a: Tensor) -> Tensor { a.scaled(by: factor) }
  /// Returns every element with the other sign.
  public static prefix func - (a: Tensor) -> Tensor { a.scaled(by: -1) }

  /// Returns the tensor with elements set to zero at random and the others divided by the probability to survive.
  public func droppingOut(rate: Scalar, key: UInt64, workers: Workers = .one) -> Tensor {
    Tensor(shape) { target in
      withUnsafePointer { Kernel.dropout($0, into: target, rate: rate, key: key, count: count, workers: workers) }
    }
  }
}
