import Foundation

extension Kernel {
  /// Computes the entropy of softmax(x_r) for every row, in nats.
  ///
  /// With m the largest entry, e_j = exp(x_j − m) and Z = Σ e_j, the entropy is ln Z − Σ e_j (x_j − m) / Z. A probability
  /// that underflows contributes nothing, though its logarithm may be infinite; NaN gives NaN.
  ///
  /// - Parameters:
  ///   - x: rows×columns logits.
  ///   - entropies: Receives `rows` numbers.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func softmaxEntropyRows<S: Real>(
    _ x: UnsafePointer<S>, rows: Int, columns: Int, into entropies: UnsafeMutablePointer<Double>
  ) {
    for row in 0..<rows {
      let x = x + row &* columns
      var largest = -Double.infinity
      for column in 0..<columns { largest = max(largest, Double(x[column])) }
      var (sum, weighted) = (0.0, 0.0)
      for column in 0..<columns {
        let difference = Double(x[column]) - largest
        let e = Foundation.exp(difference)
        sum += e
        if e != 0 { weighted += e * difference }
      }
      entropies[row] = Foundation.log(sum) - weighted / sum
    }
  }
}
