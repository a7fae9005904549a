extension RelativeAttentionKernel {
  /// Computes o_i = Σ_j P_ij v_j with P_ij = softmax_j(((q_i + u)·k_j + (q_i + v)·r_{i→j}) / √d_h), j ≤ i + M′.
  ///
  /// - Parameters:
  ///   - o: Receives the outputs, B×T×w.
  ///   - probabilities: Receives P before dropout, B×H×T×K; entries of the future inside a block are zero, others are
  ///     not written.
  ///   - workers: The threads to use; one tile for each head of each sequence.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public func forward(o: UnsafeMutablePointer<S>, probabilities: UnsafeMutablePointer<S>, workers: Workers) {
    workers.forEach(batch * heads) { tile in
      forwardHead(tile / heads, tile % heads, o: o, probabilities: probabilities)
    }
  }

  private func forwardHead(_ b: Int, _ h: Int, o: UnsafeMutablePointer<S>, probabilities: UnsafeMutablePointer<S>) {
    let scores = probabilities + probabilityOffset(b, h)
    withScratch(2 * queries * headWidth + Self.blockRows * keys, of: S.self) { scratch in
      let (qu, qv) = (scratch, scratch + queries * headWidth)
      let byPosition = qv + queries * headWidth
      addBias(u, b, h, into: qu)
      addBias(v, b, h, into: qv)
      for block in blocks {
        let (rows, visible) = (block.rows, block.visible)
        let blockScores = scores + rows.lowerBound * keys
        // AC = (q + u) kᵀ
        MatrixProduct(
          rows: rows.count, columns: visible, depth: headWidth,
          a: MatrixOperand(
            UnsafePointer(qu + rows.lowerBound * headWidth), rowStride: headWidth, columnStride: 1),
          b: MatrixOperand(keyPointer(b, h), rowStride: 1, columnStride: 2 * width),
          c: blockScores, cRowStride: keys, scale: scale
        ).multiply(workers: .one)
        // BD by relative position = (q + v) rᵀ, for the last `visible` rows of r
        MatrixProduct(
          rows: rows.count, columns: visible, depth: headWidth,
          a: MatrixOperand(
            UnsafePointer(qv + rows.lowerBound * headWidth), rowStride: headWidth, columnStride: 1),
          b: MatrixOperand(
            r + (keys - visible) * width + h * headWidth, rowStride: 1, columnStride: width),
          c: byPosition, cRowStride: visible, scale: scale
        ).multiply(workers: .one)
        for i in rows {
          let row = scores + i * keys
          let seen = memory + i + 1
          // The shift: key j of query i stands at column j + (end − 1 − i) of the block's position scores.
          let positions = byPosition + (i - rows.lowerBound) * visible + (rows.upperBound - 1 - i)
          Kernels.add(row, positions, into: row, count: seen, workers: .one)
          Kernels.softmaxRows(row, rows: 1, columns: seen, into: row, workers: .one)
          (row + seen).update(repeating: 0, count: visible - seen)
        }
        var weights = UnsafePointer(blockScores)
        var weightStride = keys
        if dropout != nil {
          dropRows(blockScores, b, h, block, into: byPosition)
          weights = UnsafePointer(byPosition)
          weightStride = visible
        }
        MatrixProduct(
          rows: rows.count, columns: headWidth, depth: visible,
          a: MatrixOperand(weights, rowStride: weightStride, columnStride: 1),
          b: MatrixOperand(valuePointer(b, h), rowStride: 2 * width, columnStride: 1),
          c: o + (b * queries + rows.lowerBound) * width + h * headWidth, cRowStride: width
        ).multiply(workers: .one)
      }
    }
  }

  /// Writes a block's rows with dropout applied; an element's mask depends on its place in B×H×T×K alone.
  func dropRows(
    _ rows: UnsafePointer<S>, _ b: Int, _ h: Int, _ block: Block, into target: UnsafeMutablePointer<S>
  ) {
    guard let dropout else { return }
    for (index, i) in block.rows.enumerated() {
      Kernels.dropout(
        rows + index * keys, into: target + index * block.visible, rate: dropout.rate, key: dropout.key,
        offset: probabilityOffset(b, h) + i * keys, count: block.visible, workers: .one)
    }
  }
}
