extension RelativeAttentionKernel {
  /// Computes o_i = Σ_j P_ij v_j with P_ij = softmax_j(((q_i + u)·k_j + (q_i + v)·r_{i→j}) / √d_h), j ≤ i + M′.
  ///
  /// Keys, values and positions are brought into the order of the register tiles once for each head, not once for each
  /// block of queries.
  ///
  /// - Parameters:
  ///   - o: Receives the outputs, B×T×w.
  ///   - probabilities: Receives P before dropout, B×H×T×K; entries of the future inside a block are zero, others are
  ///     not written. Nil if no gradient will be wanted.
  ///   - workers: The threads to use; one tile for each head of each sequence.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public func forward(o: UnsafeMutablePointer<S>, probabilities: UnsafeMutablePointer<S>?, workers: Workers) {
    if queries == 1 && probabilities == nil && dropout == nil { return forwardOneQuery(o: o, workers: workers) }
    let blocks = blocks
    withScratch(heads * columnPanels, of: S.self) { positions in
      workers.forEach(heads) { h in
        packColumns(r + h * headWidth, stride: width, into: positions + h * columnPanels)
      }
      workers.forEach(batch * heads) { tile in
        let (b, h) = tile.quotientAndRemainder(dividingBy: heads)
        forwardHead(
          b, h, blocks, positions: positions + h * columnPanels, o: o,
          probabilities: probabilities.map { $0 + probabilityOffset(b, h) })
      }
    }
  }

  private func forwardHead(
    _ b: Int, _ h: Int, _ blocks: [Block], positions: UnsafePointer<S>, o: UnsafeMutablePointer<S>,
    probabilities: UnsafeMutablePointer<S>?
  ) {
    let area = Self.blockRows * keys
    let (forBiases, forKeys, forValues) = (queries * headWidth, columnPanels, rowPanels)
    withScratch(2 * forBiases + forKeys + forValues + 2 * area, of: S.self) { scratch in
      let (qu, qv) = (scratch, scratch + forBiases)
      let packedKeys = qv + forBiases
      let packedValues = packedKeys + forKeys
      let (byPosition, ownScores) = (packedValues + forValues, packedValues + forValues + area)
      addBias(u, b, h, times: scale, into: qu)
      addBias(v, b, h, times: scale, into: qv)
      packColumns(keyPointer(b, h), stride: 2 * width, into: packedKeys)
      packRows(valuePointer(b, h), stride: 2 * width, into: packedValues)
      for block in blocks {
        let (rows, visible) = (block.rows, block.visible)
        let scores = probabilities.map { $0 + rows.lowerBound * keys } ?? ownScores
        // AC = (q + u) kᵀ
        MatrixProduct(
          rows: rows.count, columns: visible, depth: headWidth,
          a: MatrixOperand(UnsafePointer(qu + rows.lowerBound * headWidth), rowStride: headWidth),
          b: .packed(packedKeys, panelStride: headWidth * S.Vector.scalarCount), c: scores, cRowStride: keys
        ).multiply(workers: .one)
        // BD by relative position = (q + v) rᵀ, for the last rows of r
        MatrixProduct(
          rows: rows.count, columns: block.positionCount, depth: headWidth,
          a: MatrixOperand(UnsafePointer(qv + rows.lowerBound * headWidth), rowStride: headWidth),
          b: .packed(
            positions + block.firstPosition * headWidth, panelStride: headWidth * S.Vector.scalarCount),
          c: byPosition, cRowStride: block.positionCount
        ).multiply(workers: .one)
        for i in rows {
          let row = scores + (i - rows.lowerBound) * keys
          // The shift: key j of query i stands at column j + (end − 1 − i) of the block's position scores.
          let shift = block.unused + rows.upperBound - 1 - i
          softmaxOfSum(
            row, byPosition + (i - rows.lowerBound) * block.positionCount + shift, seen: memory + i + 1, of: visible)
        }
        var weights = MatrixOperand(UnsafePointer(scores), rowStride: keys)
        if dropout != nil {
          dropRows(scores, b, h, block, into: byPosition, stride: visible)
          weights = MatrixOperand(UnsafePointer(byPosition), rowStride: visible)
        }
        MatrixProduct(
          rows: rows.count, columns: headWidth, depth: visible, a: weights,
          b: .packed(packedValues, panelStride: keys * S.Vector.scalarCount),
          c: o + (b * queries + rows.lowerBound) * width + h * headWidth, cRowStride: width
        ).multiply(workers: .one)
      }
    }
  }

  /// row ← softmax(row + other) over the keys that are seen, zero over the others; a row stays in the first-level cache.
  ///
  /// Whole vectors are read and written although the number of keys seen ends within one: behind a row of position
  /// scores lies the next one, and what is read there too much is masked.
  @inline(__always)
  private func softmaxOfSum(
    _ row: UnsafeMutablePointer<S>, _ other: UnsafePointer<S>, seen: Int, of visible: Int
  ) {
    let lanes = S.Vector.scalarCount
    var best = S.Vector.splat(-.infinity)
    var i = 0
    while i < seen {
      let n = min(lanes, visible &- i)
      var sum = S.Vector.plus(Kernel.read(row, i, n), Kernel.read(other, i, n))
      if i &+ lanes > seen { sum = S.Vector.keeping(seen &- i, of: sum, fill: -.infinity) }
      Kernel.write(sum, row, i, n)
      best = S.Vector.larger(sum, best)
      i &+= lanes
    }
    let end = min(i, visible)
    _ = Kernel.softmax(row, count: end, maximum: S.Vector.largest(best), into: row)
    while i < visible {
      Kernel.write(S.Vector.splat(0), row, i, min(lanes, visible &- i))
      i &+= lanes
    }
  }

  /// Writes a block's rows with dropout applied; an element's mask depends on its place in B×H×T×K alone.
  func dropRows(
    _ rows: UnsafePointer<S>, _ b: Int, _ h: Int, _ block: Block, into target: UnsafeMutablePointer<S>, stride: Int
  ) {
    guard let dropout else { return }
    for (index, i) in block.rows.enumerated() {
      Kernel.dropout(
        rows + index * keys, into: target + index * stride, rate: dropout.rate, key: dropout.key,
        offset: probabilityOffset(b, h) + i * keys, count: block.visible, workers: .one)
    }
  }
}
