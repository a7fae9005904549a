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

  /// Computes what ``forward(o:probabilities:workers:)`` computes where each sequence has one query, which sees all keys.
  ///
  /// Keys, values and positions are read once, row by row where they lie: with one query there is nothing that packing
  /// them would be good for. Products of a query and a key are summed by lanes, so the last bits differ.
  ///
  /// - Parameter o: Receives the outputs, B×1×w.
  @specialized(where S == Float)
  @specialized(where S == Double)
  func forwardOneQuery(o: UnsafeMutablePointer<S>, workers: Workers) {
    workers.forEach(batch * heads) { tile in
      let (b, h) = tile.quotientAndRemainder(dividingBy: heads)
      withScratch(2 * headWidth + keys, of: S.self) { scratch in
        let (qu, qv, scores) = (scratch, scratch + headWidth, scratch + 2 * headWidth)
        addBias(u, b, h, times: scale, into: qu)
        addBias(v, b, h, times: scale, into: qv)
        scoreKeys(qu, qv, b, h, into: scores)
        _ = Kernel.softmax(scores, count: keys, maximum: Kernel.largestLogit(scores, count: keys), into: scores)
        addValues(scores, b, h, to: o + b * width + h * headWidth)
      }
    }
  }

  /// A_j = (q + u)·k_j + (q + v)·r_j, both sums at once; key j lies K−1−j steps back, which is row j of the positions.
  @inline(__always)
  private func scoreKeys(
    _ qu: UnsafePointer<S>, _ qv: UnsafePointer<S>, _ b: Int, _ h: Int, into scores: UnsafeMutablePointer<S>
  ) {
    let (firstKey, firstPosition) = (keyPointer(b, h), r + h &* headWidth)
    for j in 0..<keys {
      let (key, position) = (firstKey + j &* 2 &* width, firstPosition + j &* width)
      @inline(__always) func add(_ sum: S.Vector, _ c: Int, _ n: Int) -> S.Vector {
        let byContent = S.Vector.multiplyAdd(Kernel.read(qu, c, n), Kernel.read(key, c, n), sum)
        return S.Vector.multiplyAdd(Kernel.read(qv, c, n), Kernel.read(position, c, n), byContent)
      }
      scores[j] = S.Vector.total(Kernel.accumulate(count: headWidth, step: add))
    }
  }

  /// o = Σ_j P_j v_j.
  @inline(__always)
  private func addValues(_ weights: UnsafePointer<S>, _ b: Int, _ h: Int, to o: UnsafeMutablePointer<S>) {
    o.update(repeating: 0, count: headWidth)
    let firstValue = valuePointer(b, h)
    for j in 0..<keys {
      let value = firstValue + j &* 2 &* width
      let weight = S.Vector.splat(weights[j])
      @inline(__always) func add(_ c: Int, _ n: Int) {
        Kernel.write(S.Vector.multiplyAdd(weight, Kernel.read(value, c, n), Kernel.read(o, c, n)), o, c, n)
      }
      Kernel.forEachVector(of: S.self, count: headWidth, add)
    }
  }
}
