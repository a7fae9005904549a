extension RelativeAttentionKernel {
  /// Where the gradients of ``backward(_:probabilities:dO:workers:)`` go; all are overwritten.
  public struct Gradients {
    let dq: UnsafeMutablePointer<S>
    let dkv: UnsafeMutablePointer<S>
    let dr: UnsafeMutablePointer<S>
    let du: UnsafeMutablePointer<S>
    let dv: UnsafeMutablePointer<S>

    /// Names the gradients' memory.
    ///
    /// - Parameters:
    ///   - dq: B×T×w.
    ///   - dkv: B×K×2w.
    ///   - dr: K×w.
    ///   - du: w.
    ///   - dv: w.
    public init(
      dq: UnsafeMutablePointer<S>, dkv: UnsafeMutablePointer<S>, dr: UnsafeMutablePointer<S>,
      du: UnsafeMutablePointer<S>, dv: UnsafeMutablePointer<S>
    ) {
      self.dq = dq
      self.dkv = dkv
      self.dr = dr
      self.du = du
      self.dv = dv
    }
  }

  /// Computes the gradients of ``forward(o:probabilities:workers:)``.
  ///
  /// With c = 1/√d_h, P′ = dropout(P) and X the shift:
  ///
  ///     dV = P′ᵀ dO                    dP = dropout(dO Vᵀ)            dS = P ⊙ (dP − rowsum(dP ⊙ P))
  ///     dK = c dSᵀ (q + u)             d(q+u) = c dS K                du = Σ_{b,i} d(q+u)
  ///     dr = c Σ_b X⁻¹(dS)ᵀ (q + v)    d(q+v) = c X⁻¹(dS) r           dv = Σ_{b,i} d(q+v)
  ///     dq = d(q+u) + d(q+v)
  ///
  /// - Parameters:
  ///   - gradients: Where they go.
  ///   - probabilities: P, as the forward kernel left it.
  ///   - dO: The outputs' gradient, B×T×w.
  ///   - workers: The threads to use; one tile for each head, which adds up dr, du and dv over sequences in order.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public func backward(
    _ gradients: Gradients, probabilities: UnsafePointer<S>, dO: UnsafePointer<S>, workers: Workers
  ) {
    workers.forEach(heads) { h in
      for row in 0..<keys { (gradients.dr + row * width + h * headWidth).update(repeating: 0, count: headWidth) }
      (gradients.du + h * headWidth).update(repeating: 0, count: headWidth)
      (gradients.dv + h * headWidth).update(repeating: 0, count: headWidth)
      for b in 0..<batch { backwardHead(b, h, gradients, probabilities: probabilities, dO: dO) }
    }
  }

  private func backwardHead(
    _ b: Int, _ h: Int, _ gradients: Gradients, probabilities: UnsafePointer<S>, dO: UnsafePointer<S>
  ) {
    let area = Self.blockRows * keys
    withScratch(2 * queries * headWidth + 2 * area + Self.blockRows * headWidth, of: S.self) { scratch in
      let (qu, qv) = (scratch, scratch + queries * headWidth)
      let (dS, other) = (qv + queries * headWidth, qv + queries * headWidth + area)
      let dqv = other + area
      addBias(u, b, h, into: qu)
      addBias(v, b, h, into: qv)
      for block in blocks {
        let first = block.rows.lowerBound
        let p = probabilities + probabilityOffset(b, h) + first * keys
        let dO = MatrixOperand(
          dO + (b * queries + first) * width + h * headWidth, rowStride: width, columnStride: 1)
        // The last block comes first and sees all keys; it writes what the others add to.
        let accumulates = block.rows.upperBound < queries
        let dK = gradients.dkv + b * keys * 2 * width + h * headWidth

        var weights = MatrixOperand(p, rowStride: 1, columnStride: keys)
        if dropout != nil {
          dropRows(p, b, h, block, into: other)
          weights = MatrixOperand(UnsafePointer(other), rowStride: 1, columnStride: block.visible)
        }
        MatrixProduct(
          rows: block.visible, columns: headWidth, depth: block.rows.count, a: weights, b: dO,
          c: dK + width, cRowStride: 2 * width, accumulate: accumulates
        ).multiply(workers: .one)

        scoreGradient(b, h, block, dO: dO, p, dS: dS, dP: other)
        let dq = gradients.dq + (b * queries + first) * width + h * headWidth
        let row = MatrixOperand(UnsafePointer(dS), rowStride: block.visible, columnStride: 1)
        let column = MatrixOperand(UnsafePointer(dS), rowStride: 1, columnStride: block.visible)
        MatrixProduct(
          rows: block.rows.count, columns: headWidth, depth: block.visible, a: row,
          b: MatrixOperand(keyPointer(b, h), rowStride: 2 * width, columnStride: 1),
          c: dq, cRowStride: width, scale: scale
        ).multiply(workers: .one)
        Kernels.columnSums(
          dq, rows: block.rows.count, columns: headWidth, rowStride: width, into: gradients.du + h * headWidth,
          accumulate: true, workers: .one)
        MatrixProduct(
          rows: block.visible, columns: headWidth, depth: block.rows.count, a: column,
          b: MatrixOperand(UnsafePointer(qu + first * headWidth), rowStride: headWidth, columnStride: 1),
          c: dK, cRowStride: 2 * width, scale: scale, accumulate: accumulates
        ).multiply(workers: .one)

        unshift(dS, block, into: other)
        let used = (keys - block.visible) * width + h * headWidth
        MatrixProduct(
          rows: block.rows.count, columns: headWidth, depth: block.visible,
          a: MatrixOperand(UnsafePointer(other), rowStride: block.visible, columnStride: 1),
          b: MatrixOperand(r + used, rowStride: width, columnStride: 1),
          c: dqv, cRowStride: headWidth, scale: scale
        ).multiply(workers: .one)
        Kernels.columnSums(
          dqv, rows: block.rows.count, columns: headWidth, rowStride: headWidth,
          into: gradients.dv + h * headWidth, accumulate: true, workers: .one)
        for i in 0..<block.rows.count {
          Kernels.addScaled(dqv + i * headWidth, by: 1, to: dq + i * width, count: headWidth, workers: .one)
        }
        MatrixProduct(
          rows: block.visible, columns: headWidth, depth: block.rows.count,
          a: MatrixOperand(UnsafePointer(other), rowStride: 1, columnStride: block.visible),
          b: MatrixOperand(UnsafePointer(qv + first * headWidth), rowStride: headWidth, columnStride: 1),
          c: gradients.dr + used, cRowStride: width, scale: scale, accumulate: true
        ).multiply(workers: .one)
      }
    }
  }

  /// dS = P ⊙ (dP − rowsum(dP ⊙ P)) with dP = dropout(dO Vᵀ); zero in the future, where P is.
  private func scoreGradient(
    _ b: Int, _ h: Int, _ block: Block, dO: MatrixOperand<S>, _ p: UnsafePointer<S>, dS: UnsafeMutablePointer<S>,
    dP: UnsafeMutablePointer<S>
  ) {
    MatrixProduct(
      rows: block.rows.count, columns: block.visible, depth: headWidth, a: dO,
      b: MatrixOperand(valuePointer(b, h), rowStride: 1, columnStride: 2 * width),
      c: dP, cRowStride: block.visible
    ).multiply(workers: .one)
    for (index, i) in block.rows.enumerated() {
      let (row, target) = (dP + index * block.visible, dS + index * block.visible)
      if let dropout {
        Kernels.dropout(
          row, into: row, rate: dropout.rate, key: dropout.key, offset: probabilityOffset(b, h) + i * keys,
          count: block.visible, workers: .one)
      }
      Kernels.softmaxRowsBackward(
        output: p + index * keys, row, rows: 1, columns: block.visible, into: target, workers: .one)
    }
  }

  /// Moves a block's score gradients back to relative positions: the inverse of the shift.
  private func unshift(_ dS: UnsafePointer<S>, _ block: Block, into target: UnsafeMutablePointer<S>) {
    for (index, i) in block.rows.enumerated() {
      let step = block.rows.upperBound - 1 - i
      let row = target + index * block.visible
      row.update(repeating: 0, count: step)
      (row + step).update(from: dS + index * block.visible, count: block.visible - step)
    }
  }
}
