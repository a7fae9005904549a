extension Kernels {
  /// Returns Σ x.
  ///
  /// - Parameters:
  ///   - x: The elements.
  ///   - count: The number of elements.
  ///   - workers: The threads to use.
  /// - Returns: The sum; 0 for no elements.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func sum<S: Real>(_ x: UnsafePointer<S>, count: Int, workers: Workers) -> S {
    sumOverTiles(count: count, workers: workers) { start, count in
      fold(
        count: count, from: S.Vector.splat(0),
        step: { sum, i, n in
          S.Vector.plus(sum, read(x, start &+ i, n))
        }, combine: S.Vector.plus)
    }
  }

  /// Returns Σ x².
  ///
  /// - Parameters:
  ///   - x: The elements.
  ///   - count: The number of elements.
  ///   - workers: The threads to use.
  /// - Returns: The sum; 0 for no elements.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func sumOfSquares<S: Real>(_ x: UnsafePointer<S>, count: Int, workers: Workers) -> S {
    sumOverTiles(count: count, workers: workers) { start, count in
      fold(
        count: count, from: S.Vector.splat(0),
        step: { sum, i, n in
          let value = read(x, start &+ i, n)
          return S.Vector.multiplyAdd(value, value, sum)
        }, combine: S.Vector.plus)
    }
  }

  /// Returns Σ x · y.
  ///
  /// - Parameters:
  ///   - x: The first factors.
  ///   - y: The second factors.
  ///   - count: The number of elements.
  ///   - workers: The threads to use.
  /// - Returns: The sum; 0 for no elements.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func dot<S: Real>(_ x: UnsafePointer<S>, _ y: UnsafePointer<S>, count: Int, workers: Workers) -> S {
    sumOverTiles(count: count, workers: workers) { start, count in
      fold(
        count: count, from: S.Vector.splat(0),
        step: { sum, i, n in
          S.Vector.multiplyAdd(read(x, start &+ i, n), read(y, start &+ i, n), sum)
        }, combine: S.Vector.plus)
    }
  }

  /// Returns the sum over all elements of what `body` sums over one tile.
  ///
  /// Tiles are summed pairwise, so the error grows with the logarithm of their number.
  ///
  /// - Parameters:
  ///   - count: The number of elements.
  ///   - workers: The threads to use.
  ///   - body: Receives the first element of a tile and the number of its elements; its lanes are partial sums.
  /// - Returns: The sum.
  @inline(__always)
  private static func sumOverTiles<S: Real>(
    count: Int, workers: Workers, _ body: (_ start: Int, _ count: Int) -> S.Vector
  ) -> S {
    if count <= tile { return S.Vector.total(body(0, count)) }
    let height = (count + tile - 1) / tile
    let partials = UnsafeMutablePointer<S>.allocate(capacity: height)
    defer { partials.deallocate() }
    forEachTile(of: count, workers: workers) { start, count in
      partials[start / tile] = S.Vector.total(body(start, count))
    }
    sumPairwise(partials, height: height, width: 1)
    return partials[0]
  }
}
