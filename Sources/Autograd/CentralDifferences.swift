import Tensors

/// Derivatives from function values alone: the referee of every pullback.
public enum CentralDifferences {
  /// Returns the derivative at 0 of a function of one number.
  ///
  /// Ridders' method: central differences (f(h) − f(−h)) / 2h for shrinking h, extrapolated to h = 0 by Neville's scheme
  /// (Richardson extrapolation of every order); the entry whose neighbours agree best is returned: the two from which it
  /// is extrapolated, and the entry of the same order one step earlier. Two neighbours alone agree by chance now and then,
  /// far from the derivative. For smooth functions of order one in Double the error is about 1e-11.
  ///
  /// - Parameter step: The first h; the function must be smooth on [−step, step].
  public static func derivative(
    step: Double = 0x1p-6, of function: (Double) -> Double
  ) -> (value: Double, error: Double) {
    var table: [[Double]] = []
    var best = (value: Double.nan, error: Double.infinity)
    for level in 0..<8 {
      let h = step / Double(1 << level)
      var row = [(function(h) - function(-h)) / (2 * h)]
      var power = 1.0
      for order in 0..<level {
        power *= 4
        row.append((row[order] * power - table[level - 1][order]) / (power - 1))
        guard order + 1 < level else { continue }  // the first entry of its order: nothing earlier confirms it
        let neighbours = [row[order], table[level - 1][order], table[level - 1][order + 1]]
        guard row[order + 1].isFinite && neighbours.allSatisfy(\.isFinite) else { continue }
        let error = neighbours.reduce(0) { max($0, abs(row[order + 1] - $1)) }
        if error < best.error { best = (row[order + 1], error) }
      }
      // Rounding has taken over: smaller steps only add noise.
      if best.error.isFinite && abs(row[level] - table[level - 1][level - 1]) >= 2 * best.error { break }
      table.append(row)
    }
    return best
  }

  /// The matrix ∂output/∂input of a smooth function of a tensor, output.count × input.count; the first step is in the
  /// input's units.
  public static func jacobian(
    at input: Tensor<Double>, step: Double = 0x1p-6, of function: (Tensor<Double>) -> Tensor<Double>
  ) -> Tensor<Double> {
    estimate(at: input, step: step, of: function).jacobian
  }

  /// The matrix ∂output/∂input of a smooth function of a tensor, output.count × input.count, and an estimate of each
  /// entry's error.
  public static func estimate(
    at input: Tensor<Double>, step: Double = 0x1p-6, of function: (Tensor<Double>) -> Tensor<Double>
  ) -> (jacobian: Tensor<Double>, error: Tensor<Double>) {
    let rows = function(input).count
    var (jacobian, error) = (Tensor<Double>.zeros([rows, input.count]), Tensor<Double>.zeros([rows, input.count]))
    for column in 0..<input.count {
      var cache: [Double: [Double]] = [:]
      func values(_ h: Double) -> [Double] {
        if let known = cache[h] { return known }
        let values = function(input.moving(column, by: h)).scalars
        cache[h] = values
        return values
      }
      for row in 0..<rows {
        let entry = derivative(step: step) { values($0)[row] }
        jacobian.withUnsafeMutablePointer { $0[row * input.count + column] = entry.value }
        error.withUnsafeMutablePointer { $0[row * input.count + column] = entry.error }
      }
    }
    return (jacobian, error)
  }
}

extension Tensor {
  /// Returns the tensor with a number added to one element, counted in row-major order.
  package func moving(_ index: Int, by amount: Scalar) -> Tensor {
    var result = self
    result.withUnsafeMutablePointer { $0[index] += amount }
    return result
  }
}
