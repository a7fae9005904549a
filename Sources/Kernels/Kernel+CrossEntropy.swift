extension Kernel {
  /// Computes the cross-entropy of every row: losses_r = ln Σ_c exp(x_rc) − x_r,target, in nats.
  ///
  /// - Parameters:
  ///   - x: rows×columns logits.
  ///   - targets: `rows` column numbers; each must be in 0 ..< columns.
  ///   - probabilities: Where softmax(x) goes, if wanted: rows×columns numbers; may be `x`.
  ///   - losses: `rows` losses.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func crossEntropyRows<S: Real>(
    logits x: UnsafePointer<S>, targets: UnsafePointer<Int32>, rows: Int, columns: Int,
    probabilities: UnsafeMutablePointer<S>?, losses: UnsafeMutablePointer<S>, workers: Workers
  ) {
    let margins = UnsafeMutablePointer<S>.allocate(capacity: rows)
    defer { margins.deallocate() }
    forEachTile(rows: rows, columns: columns, workers: workers) { _, rows in
      for row in rows {
        let x = x + row &* columns
        let target = Int(targets[row])
        precondition(
          target >= 0 && target < columns,
          "Kernel.crossEntropyRows: target \(target) of row \(row) is outside 0 ..< \(columns)")
        let maximum = largestLogit(x, count: columns)
        margins[row] = maximum - x[target]
        if let probabilities {
          losses[row] = softmax(x, count: columns, maximum: maximum, into: probabilities + row &* columns)
        } else {
          losses[row] = sumOfExponentials(x, count: columns, maximum: maximum)
        }
      }
      takeLogarithms(of: losses + rows.lowerBound, count: rows.count)
      for row in rows { losses[row] += margins[row] }
    }
  }
}
