extension RelativeAttentionKernel {
  /// Computes what ``forward(o:probabilities:workers:)`` computes where each sequence has one query, which sees all keys.
  ///
  /// Keys, values and positions are read once, row by row where they lie: with one query there is nothing that packing
  /// them would be good for. Products of a query and a key are summed by lanes, so the last bits differ.
  ///
  /// - Parameters:
  ///   - o: Receives the outputs, B×1×w.
  ///   - workers: The threads to use; one tile for each head of each sequence.
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
