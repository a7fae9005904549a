extension MatrixProduct {
  /// Computes a product by its definition: three loops, one element of C at a time.
  ///
  /// This is what ``multiply(workers:)`` must equal up to the rounding of its sums; the tests hold the two together.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public static func definition(_ product: MatrixProduct<S>) {
    for row in 0..<product.rows {
      for column in 0..<product.columns {
        var sum = S.zero
        for k in 0..<product.depth {
          sum += product.a.at(row, k).pointee * product.b.at(k, column).pointee
        }
        let target = product.c + (row * product.cRowStride + column)
        var value = product.scale * sum
        if product.accumulate { value += target.pointee }
        if let bias = product.bias { value += bias[column] }
        if product.relu && value < 0 { value = 0 }
        target.pointee = value
      }
    }
  }
}
