extension RelativeAttentionKernel {
  /// Where the gradients of ``backward(_:probabilities:dO:workers:)`` go; all are overwritten.
  public struct Gradients {
    let dq: UnsafeMutablePointer<S>
    let dkv: UnsafeMutablePointer<S>
    let dr: UnsafeMutablePointer<S>
    let du: UnsafeMutablePointer<S>
    let dv: UnsafeMutablePointer<S>

    /// Names the gradients' memory.
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
  ///   - dO: The outputs' gradient, B×T×w.
  ///   - workers: The threads to use; one tile for each head, which adds up dr, du and dv over sequences in order.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public func backward(
    _ gradients: Gradients, probabilities: UnsafePointer<S>, dO: UnsafePointer<S>, workers: Workers
  ) {
    let groups = groups
    workers.forEach(heads) { h in
      withScratch(scratchSize, of: S.self) { scratch in
        let memory = BackwardMemory(scratch, of: self)
        packRows(r + h * headWidth, stride: width, into: memory.positions)
        memory.dr.update(repeating: 0, count: keys * headWidth)
        (gradients.du + h * headWidth).update(repeating: 0, count: headWidth)
        (gradients.dv + h * headWidth).update(repeating: 0, count: headWidth)
        for b in 0..<batch { backwardHead(b, h, groups, memory, gradients, probabilities: probabilities, dO: dO) }
        copyRows(
          memory.dr, stride: headWidth, to: gradients.dr + h * headWidth, stride: width, count: keys)
      }
    }
  }

  /// Blocks of queries whose score gradients are kept until keys and positions have received theirs.
  private typealias Group = [Block]

  /// The blocks in groups of at most 128 queries, whose scores fit into the second-level cache up to about K = 512; last first.
  private var groups: [Group] {
    let blocks = blocks
    return stride(from: 0, to: blocks.count, by: Self.groupBlocks).map { start in
      Array(blocks[start..<min(start + Self.groupBlocks, blocks.count)])
    }
  }

  private static var groupBlocks: Int { 4 }

  private var scratchSize: Int {
    2 * rowPanels + columnPanels + keys * headWidth + 5 * queries * headWidth + 3 * groupArea + Self.blockRows * keys
  }

  /// The scores of one group.
  private var groupArea: Int { min(queries, Self.groupBlocks * Self.blockRows) * keys }

  /// What the gradients of one head are computed in: everything contiguous, whatever the strides outside.
  private struct BackwardMemory {
    let positions: UnsafeMutablePointer<S>  // r, packed, for d(q+v)
    let keys: UnsafeMutablePointer<S>  // k, packed, for d(q+u)
    let values: UnsafeMutablePointer<S>  // vᵀ, packed, for dP
    let dr: UnsafeMutablePointer<S>  // K×d_h
    let qu: UnsafeMutablePointer<S>  // q + u, T×d_h
    let qv: UnsafeMutablePointer<S>  // q + v, T×d_h
    let dqu: UnsafeMutablePointer<S>  // T×d_h
    let dqv: UnsafeMutablePointer<S>  // T×d_h
    let dO: UnsafeMutablePointer<S>  // T×d_h
    let dS: UnsafeMutablePointer<S>  // c · dS, a group's queries × K
    let byPosition: UnsafeMutablePointer<S>  // X⁻¹(c · dS), a group's queries × K
    let dropped: UnsafeMutablePointer<S>  // P′, a group's queries × K
    let dP: UnsafeMutablePointer<S>  // a block's dP

    init(_ scratch: UnsafeMutablePointer<S>, of kernel: RelativeAttentionKernel) {
      let (perKey, perQuery) = (kernel.keys * kernel.headWidth, kernel.queries * kernel.headWidth)
      positions = scratch
      keys = positions + kernel.rowPanels
      values = keys + kernel.rowPanels
      dr = values + kernel.columnPanels
      qu = dr + perKey
      qv = qu + perQuery
      dqu = qv + perQuery
      dqv = dqu + perQuery
      dO = dqv + perQuery
      dS = dO + perQuery
      byPosition = dS + kernel.groupArea
      dropped = byPosition + kernel.groupArea
      dP = dropped + kernel.groupArea
    }
  }

  private func backwardHead(
    _ b: Int, _ h: Int, _ groups: [Group], _ memory: BackwardMemory, _ gradients: Gradients,
    probabilities: UnsafePointer<S>, dO: UnsafePointer<S>
  ) {
    let firstQuery = b * queries * width + h * headWidth
    addBias(u, b, h, times: 1, into: memory.qu)
    addBias(v, b, h, times: 1, into: memory.qv)
    copyRows(dO + firstQuery, stride: width, to: memory.dO, stride: headWidth, count: queries)
    packRows(keyPointer(b, h), stride: 2 * width, into: memory.keys)
    packColumns(valuePointer(b, h), stride: 2 * width, into: memory.values)
    let dkv = gradients.dkv + b * keys * 2 * width + h * headWidth
    for group in groups {
      for block in group { backwardBlock(b, h, block, group, memory, probabilities + probabilityOffset(b, h)) }
      addKeyGradients(group, memory, probabilities + probabilityOffset(b, h), dkv: dkv)
    }
    addQueryGradients(
      memory, dq: gradients.dq + firstQuery, du: gradients.du + h * headWidth, dv: gradients.dv + h * headWidth)
  }

  /// Where the scores of a block lie in a group's memory.
  @inline(__always)
  private func offset(_ block: Block, in group: Group) -> Int {
    (block.rows.lowerBound - group[group.count - 1].rows.lowerBound) * keys
  }

  /// The score gradients of a block of queries, and what they give d(q+u) and d(q+v).
  private func backwardBlock(
    _ b: Int, _ h: Int, _ block: Block, _ group: Group, _ memory: BackwardMemory, _ p: UnsafePointer<S>
  ) {
    let (count, visible) = (block.rows.count, block.visible)
    let (first, offset) = (block.rows.lowerBound * headWidth, offset(block, in: group))
    let lanes = S.Vector.scalarCount
    let p = p + block.rows.lowerBound * keys

    /// c = a · b for packed rows b of keys or positions.
    func multiply(_ a: UnsafePointer<S>, _ b: UnsafePointer<S>, into c: UnsafeMutablePointer<S>) {
      MatrixProduct(
        rows: count, columns: headWidth, depth: visible, a: MatrixOperand(a, rowStride: keys),
        b: .packed(b, panelStride: keys * lanes), c: c, cRowStride: headWidth
      ).multiply(workers: .one)
    }

    if dropout != nil { dropRows(p, b, h, block, into: memory.dropped + offset, stride: keys) }
    MatrixProduct(
      rows: count, columns: visible, depth: headWidth,
      a: MatrixOperand(UnsafePointer(memory.dO + first), rowStride: headWidth),
      b: .packed(memory.values, panelStride: headWidth * lanes), c: memory.dP, cRowStride: visible
    ).multiply(workers: .one)
    let firstPosition = keys - visible
    let (dS, byPosition) = (memory.dS + offset, memory.byPosition + offset + firstPosition)
    scoreGradient(b, h, block, p, memory.dP, dS: dS, byPosition: byPosition)
    multiply(dS, memory.keys, into: memory.dqu + first)
    multiply(byPosition, memory.positions + firstPosition * lanes, into: memory.dqv + first)
  }

  /// What a group's queries give the gradients of keys, values and positions.
  ///
  /// The keys that only the later blocks of the group see are multiplied by those blocks' queries alone, and so are the
  /// positions that only they use. The last group comes first: it sees all keys and writes what the others add to.
  private func addKeyGradients(
    _ group: Group, _ memory: BackwardMemory, _ p: UnsafePointer<S>, dkv: UnsafeMutablePointer<S>
  ) {
    let (end, accumulates) = (group[0].rows.upperBound, group[0].rows.upperBound < queries)
    let weights = dropout == nil ? p + group[group.count - 1].rows.lowerBound * keys : UnsafePointer(memory.dropped)
    for (index, block) in group.enumerated() {
      let earlier = index + 1 < group.count ? group[index + 1] : nil
      let (first, offset) = (block.rows.lowerBound, offset(block, in: group))

      /// c = aᵀ · b over the queries of this block and those after it.
      func addTransposed(
        _ a: UnsafePointer<S>, _ rows: Range<Int>, _ b: UnsafePointer<S>, to c: UnsafeMutablePointer<S>,
        stride: Int, accumulate: Bool
      ) {
        MatrixProduct(
          rows: rows.count, columns: headWidth, depth: end - first,
          a: MatrixOperand(a + offset + rows.lowerBound, rowStride: 1, columnStride: keys),
          b: MatrixOperand(b + first * headWidth, rowStride: headWidth), c: c + rows.lowerBound * stride,
          cRowStride: stride, accumulate: accumulate
        ).multiply(workers: .one)
      }

      let seen = (earlier?.visible ?? 0)..<block.visible
      let positions = (keys - block.visible)..<(keys - (earlier?.visible ?? 0))
      addTransposed(weights, seen, memory.dO, to: dkv + width, stride: 2 * width, accumulate: accumulates)
      addTransposed(memory.dS, seen, memory.qu, to: dkv, stride: 2 * width, accumulate: accumulates)
      addTransposed(memory.byPosition, positions, memory.qv, to: memory.dr, stride: headWidth, accumulate: true)
    }
  }

  /// c · dS = c · P ⊙ (dropout(dP) − rowsum(dropout(dP) ⊙ P)), by key and, moved back by the shift, by position.
  ///
  /// What the shift pushes over the end of a row lies in the future, where P is zero: it is written to the beginning of
  /// the next row, which overwrites it.
  @inline(__always)
  private func scoreGradient(
    _ b: Int, _ h: Int, _ block: Block, _ p: UnsafePointer<S>, _ dP: UnsafeMutablePointer<S>,
    dS: UnsafeMutablePointer<S>, byPosition: UnsafeMutablePointer<S>
  ) {
    let (visible, factor) = (block.visible, S.Vector.splat(scale))
    for (index, i) in block.rows.enumerated() {
      let (p, dP) = (p + index &* keys, dP + index &* visible)
      if let dropout {
        Kernel.dropout(
          dP, into: dP, rate: dropout.rate, key: dropout.key, offset: probabilityOffset(b, h) + i * keys,
          count: visible, workers: .one)
      }
      @inline(__always) func step(_ sum: S.Vector, _ i: Int, _ n: Int) -> S.Vector {
        S.Vector.multiplyAdd(Kernel.read(p, i, n), Kernel.read(dP, i, n), sum)
      }
      let mean = S.Vector.splat(S.Vector.total(Kernel.accumulate(count: visible, step: step)))
      let (dS, byPosition) = (dS + index &* keys, byPosition + index &* keys)
      let shift = block.rows.upperBound &- 1 &- i
      @inline(__always) func clear(_ i: Int, _ n: Int) { Kernel.write(S.Vector.splat(0), byPosition, i, n) }
      Kernel.forEachVector(of: S.self, count: min(visible, roundedUp(shift)), clear)
      @inline(__always) func body(_ i: Int, _ n: Int) {
        let difference = S.Vector.minus(Kernel.read(dP, i, n), mean)
        let value = S.Vector.times(S.Vector.times(Kernel.read(p, i, n), factor), difference)
        Kernel.write(value, dS, i, n)
        Kernel.write(value, byPosition + shift, i, n)
      }
      Kernel.forEachVector(of: S.self, count: visible, body)
    }
  }

  /// A number of scalars that fills whole vectors.
  @inline(__always)
  private func roundedUp(_ count: Int) -> Int {
    (count &+ S.Vector.scalarCount &- 1) / S.Vector.scalarCount &* S.Vector.scalarCount
  }

  /// dq = d(q+u) + d(q+v), and the sums of both over queries to the gradients of u and v.
  @inline(__always)
  private func addQueryGradients(
    _ memory: BackwardMemory, dq: UnsafeMutablePointer<S>, du: UnsafeMutablePointer<S>, dv: UnsafeMutablePointer<S>
  ) {
    @inline(__always) func body(_ c: Int, _ n: Int) {
      var (sumU, sumV) = (Kernel.read(du, c, n), Kernel.read(dv, c, n))
      for i in 0..<queries {
        Prefetch.lineForWriting(dq + ((i &+ Prefetch.distance) &* width &+ c))
        let (byKey, byPosition) = (
          Kernel.read(memory.dqu + i &* headWidth, c, n), Kernel.read(memory.dqv + i &* headWidth, c, n)
        )
        sumU = S.Vector.plus(sumU, byKey)
        sumV = S.Vector.plus(sumV, byPosition)
        Kernel.write(S.Vector.plus(byKey, byPosition), dq + i &* width, c, n)
      }
      Kernel.write(sumU, du, c, n)
      Kernel.write(sumV, dv, c, n)
    }
    Kernel.forEachVector(of: S.self, count: headWidth, body)
  }

  @inline(__always)
  private func copyRows(
    _ rows: UnsafePointer<S>, stride: Int, to target: UnsafeMutablePointer<S>, stride targetStride: Int, count: Int
  ) {
    for row in 0..<count {
      let (from, to) = (rows + row &* stride, target + row &* targetStride)
      @inline(__always) func body(_ c: Int, _ n: Int) {
        Prefetch.line(from + (Prefetch.distance &* stride &+ c))
        Prefetch.lineForWriting(to + (Prefetch.distance &* targetStride &+ c))
        Kernel.write(Kernel.read(from, c, n), to, c, n)
      }
      Kernel.forEachVector(of: S.self, count: headWidth, body)
    }
  }
}
