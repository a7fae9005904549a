import Kernels

extension Tensor {
  /// Returns numbers from a normal distribution.
  ///
  /// - Parameter random: The source; drawn from in row-major order.
  /// - Returns: Independent numbers.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func normal(
    _ shape: Shape, mean: Double = 0, standardDeviation: Double = 1, random: inout Random
  ) -> Tensor {
    Tensor(shape) { target in
      for index in 0..<shape.count { target[index] = Scalar(mean + standardDeviation * random.normal()) }
    }
  }

  /// Returns numbers from a uniform distribution.
  ///
  /// - Parameters:
  ///   - range: The interval; its upper end is excluded.
  ///   - random: The source; drawn from in row-major order.
  /// - Returns: Independent numbers.
  public static func uniform(_ shape: Shape, in range: Range<Double>, random: inout Random) -> Tensor {
    Tensor(shape) { target in
      let width = range.upperBound - range.lowerBound
      for index in 0..<shape.count { target[index] = Scalar(range.lowerBound + width * random.uniform()) }
    }
  }

  /// Returns ones and zeros.
  ///
  /// - Parameter random: The source; drawn from in row-major order.
  /// - Returns: Independent trials.
  public static func bernoulli(_ shape: Shape, probability: Double, random: inout Random) -> Tensor {
    Tensor(shape) { target in
      for index in 0..<shape.count { target[index] = random.bernoulli(probability) ? 1 : 0 }
    }
  }
}
