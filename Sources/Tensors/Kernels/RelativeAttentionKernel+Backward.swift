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
    let blocks = blocks
    workers.forEach(heads) { h in
      withScratch(scratchSize, of: S.self) { scratch in
        let memory = BackwardMemory(scratch, of: self)
        packRows(r + h * headWidth, stride: width, into: memory.positions)
        memory.dr.update(repeating: 0, count: keys * headWidth)
        (gradients.du + h * headWidth).update(repeating: 0, count: headWidth)
        (gradients.dv + h * headWidth).update(repeating: 0, count: headWidth)
        for b in 0..<batch { backwardHead(b, h, blocks, memory, gradients, probabilities: probabilities, dO: dO) }
        copyRows(
          memory.dr, stride: headWidth, to: gradients.dr + h * headWidth, stride: width, count: keys)
      }
    }
  }

  private var scratchSize: Int {
    2 * rowPanels + columnPanels + 3 * keys * headWidth + 5 * queries * headWidth + 3 * Self.blockRows * keys
  }

  /// What the gradients of one head are computed in: everything contiguous, whatever the strides outside.
  private struct BackwardMemory {
    let positions: UnsafeMutablePointer<S>  // r, packed, for d(q+v)
    let keys: UnsafeMutablePointer<S>  // k, packed, for d(q+u)
    let values: UnsafeMutablePointer<S>  // vᵀ, packed, for dP
    let dr: UnsafeMutablePointer<S>  // K×d_h
    let dk: UnsafeMutablePointer<S>  // K×d_h
    let dv: UnsafeMutablePointer<S>  // K×d_h
    let qu: UnsafeMutablePointer<S>  // q + u, T×d_h
    let qv: UnsafeMutablePointer<S>  // q + v, T×d_h
    let dqu: UnsafeMutablePointer<S>  // T×d_h
    let dqv: UnsafeMutablePointer<S>  // T×d_h
    let dO: UnsafeMutablePointer<S>  // T×d_h
    let dS: UnsafeMutablePointer<S>  // a block's c · dS
    let byPosition: UnsafeMutablePointer<S>  // X⁻¹(c · dS)
    let dP: UnsafeMutablePointer<S>  // a block's dP, and before that P′

    init(_ scratch: UnsafeMutablePointer<S>, of kernel: RelativeAttentionKernel) {
      let (perKey, perQuery) = (kernel.keys * kernel.headWidth, kernel.queries * kernel.headWidth)
      let area = RelativeAttentionKernel.blockRows * kernel.keys
      positions = scratch
      keys = positions + kernel.rowPanels
      values = keys + kernel.rowPanels
      dr = values + kernel.columnPanels
      dk = dr + perKey
      dv = dk + perKey
      qu = dv + perKey
      qv = qu + perQuery
      dqu = qv + perQuery
      dqv = dqu + perQuery
      dO = dqv + perQuery
      dS = dO + perQuery
      byPosition = dS + area
      dP = byPosition + area
    }
  }

  private func backwardHead(
    _ b: Int, _ h: Int, _ blocks: [Block], _ memory: BackwardMemory, _ gradients: Gradients,
    probabilities: UnsafePointer<S>, dO: UnsafePointer<S>
  ) {
    let firstQuery = b * queries * width + h * headWidth
    addBias(u, b, h, times: 1, into: memory.qu)
    addBias(v, b, h, times: 1, into: memory.qv)
    copyRows(dO + firstQuery, stride: width, to: memory.dO, stride: headWidth, count: queries)
    packRows(keyPointer(b, h), stride: 2 * width, into: memory.keys)
    packColumns(valuePointer(b, h), stride: 2 * width, into: memory.values)
    for block in blocks {
      backwardBlock(b, h, block, memory, probabilities + probabilityOffset(b, h) + block.rows.lowerBound * keys)
    }
    let dkv = gradients.dkv + b * keys * 2 * width + h * headWidth
    copyRows(memory.dk, stride: headWidth, to: dkv, stride: 2 * width, count: keys)
    copyRows(memory.dv, stride: headWidth, to: dkv + width, stride: 2 * width, count: keys)
    addQueryGradients(
      memory, dq: gradients.dq + firstQuery, du: gradients.du + h * headWidth, dv: gradients.dv + h * headWidth)
  }

  private func backwardBlock(_ b: Int, _ h: Int, _ block: Block, _ memory: BackwardMemory, _ p: UnsafePointer<S>) {
    let (count, visible) = (block.rows.count, block.visible)
    let first = block.rows.lowerBound * headWidth
    let lanes = S.Vector.scalarCount
    // The last block comes first and sees all keys; it writes what the others add to.
    let accumulates = block.rows.upperBound < queries

    /// c = aᵀ · b for a of this block's rows × visible keys: what a block adds to gradients of keys.
    func addTransposed(
      _ a: UnsafePointer<S>, stride: Int, _ b: UnsafePointer<S>, to c: UnsafeMutablePointer<S>, accumulate: Bool
    ) {
      MatrixProduct(
        rows: visible, columns: headWidth, depth: count, a: MatrixOperand(a, rowStride: 1, columnStride: stride),
        b: MatrixOperand(b, rowStride: headWidth), c: c, cRowStride: headWidth, accumulate: accumulate
      ).multiply(workers: .one)
    }
    /// c = a · b for packed rows b of keys or positions.
    func multiply(_ a: UnsafePointer<S>, _ b: UnsafePointer<S>, into c: UnsafeMutablePointer<S>) {
      MatrixProduct(
        rows: count, columns: headWidth, depth: visible, a: MatrixOperand(a, rowStride: visible),
        b: .packed(b, panelStride: keys * lanes), c: c, cRowStride: headWidth
      ).multiply(workers: .one)
    }

    if dropout != nil {
      dropRows(p, b, h, block, into: memory.dP)
      addTransposed(memory.dP, stride: visible, memory.dO + first, to: memory.dv, accumulate: accumulates)
    } else {
      addTransposed(p, stride: keys, memory.dO + first, to: memory.dv, accumulate: accumulates)
    }
    MatrixProduct(
      rows: count, columns: visible, depth: headWidth,
      a: MatrixOperand(UnsafePointer(memory.dO + first), rowStride: headWidth),
      b: .packed(memory.values, panelStride: headWidth * lanes), c: memory.dP, cRowStride: visible
    ).multiply(workers: .one)
    scoreGradient(b, h, block, memory, p)

    multiply(memory.dS, memory.keys, into: memory.dqu + first)
    addTransposed(memory.dS, stride: visible, memory.qu + first, to: memory.dk, accumulate: accumulates)
    let firstPosition = keys - visible
    multiply(memory.byPosition, memory.positions + firstPosition * lanes, into: memory.dqv + first)
    addTransposed(
      memory.byPosition, stride: visible, memory.qv + first, to: memory.dr + firstPosition * headWidth,
      accumulate: true)
  }

  /// c · dS = c · P ⊙ (dropout(dP) − rowsum(dropout(dP) ⊙ P)), by key and, moved back by the shift, by position.
  @inline(__always)
  private func scoreGradient(_ b: Int, _ h: Int, _ block: Block, _ memory: BackwardMemory, _ p: UnsafePointer<S>) {
    let (visible, factor) = (block.visible, S.Vector.splat(scale))
    for (index, i) in block.rows.enumerated() {
      let (p, dP) = (p + index &* keys, memory.dP + index &* visible)
      if let dropout {
        Kernels.dropout(
          dP, into: dP, rate: dropout.rate, key: dropout.key, offset: probabilityOffset(b, h) + i * keys,
          count: visible, workers: .one)
      }
      @inline(__always) func step(_ sum: S.Vector, _ i: Int, _ n: Int) -> S.Vector {
        S.Vector.multiplyAdd(Kernels.read(p, i, n), Kernels.read(dP, i, n), sum)
      }
      let mean = S.Vector.splat(S.Vector.total(Kernels.accumulate(count: visible, step: step)))
      let (dS, byPosition) = (memory.dS + index &* visible, memory.byPosition + index &* visible)
      let shift = block.rows.upperBound &- 1 &- i
      byPosition.update(repeating: 0, count: shift)
      let kept = visible &- shift
      @inline(__always) func body(_ i: Int, _ n: Int) {
        let difference = S.Vector.minus(Kernels.read(dP, i, n), mean)
        let value = S.Vector.times(S.Vector.times(Kernels.read(p, i, n), factor), difference)
        Kernels.write(value, dS, i, n)
        Kernels.write(value, byPosition + shift, i, n)
      }
      Kernels.forEachVector(of: S.self, count: kept, body)
      // What the shift pushes over the end of the row lies in the future, where P is zero.
      (dS + kept).update(repeating: 0, count: shift)
    }
  }

  /// dq = d(q+u) + d(q+v), and the sums of both over queries to the gradients of u and v.
  @inline(__always)
  private func addQueryGradients(
    _ memory: BackwardMemory, dq: UnsafeMutablePointer<S>, du: UnsafeMutablePointer<S>, dv: UnsafeMutablePointer<S>
  ) {
    @inline(__always) func body(_ c: Int, _ n: Int) {
      var (sumU, sumV) = (Kernels.read(du, c, n), Kernels.read(dv, c, n))
      for i in 0..<queries {
        let (byKey, byPosition) = (
          Kernels.read(memory.dqu + i &* headWidth, c, n), Kernels.read(memory.dqv + i &* headWidth, c, n)
        )
        sumU = S.Vector.plus(sumU, byKey)
        sumV = S.Vector.plus(sumV, byPosition)
        Kernels.write(S.Vector.plus(byKey, byPosition), dq + i &* width, c, n)
      }
      Kernels.write(sumU, du, c, n)
      Kernels.write(sumV, dv, c, n)
    }
    Kernels.forEachVector(of: S.self, count: headWidth, body)
  }

  @inline(__always)
  private func copyRows(
    _ rows: UnsafePointer<S>, stride: Int, to target: UnsafeMutablePointer<S>, stride targetStride: Int, count: Int
  ) {
    for row in 0..<count {
      let (from, to) = (rows + row &* stride, target + row &* targetStride)
      @inline(__always) func body(_ c: Int, _ n: Int) { Kernels.write(Kernels.read(from, c, n), to, c, n) }
      Kernels.forEachVector(of: S.self, count: headWidth, body)
    }
  }
}
