extension Kernel {
  /// Returns Σ x.
  ///
  /// - Returns: The sum; 0 for no elements.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func sum<S: Real>(_ x: UnsafePointer<S>, count: Int, workers: Workers) -> S {
    sumOverTiles(count: count, workers: workers) { start, count in
      @inline(__always) func step(_ sum: S.Vector, _ i: Int, _ n: Int) -> S.Vector {
        S.Vector.plus(sum, read(x, start &+ i, n))
      }
      return accumulate(count: count, step: step)
    }
  }

  /// Returns Σ x².
  ///
  /// - Returns: The sum; 0 for no elements.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func sumOfSquares<S: Real>(_ x: UnsafePointer<S>, count: Int, workers: Workers) -> S {
    sumOverTiles(count: count, workers: workers) { start, count in
      @inline(__always) func step(_ sum: S.Vector, _ i: Int, _ n: Int) -> S.Vector {
        let value = read(x, start &+ i, n)
        return S.Vector.multiplyAdd(value, value, sum)
      }
      return accumulate(count: count, step: step)
    }
  }

  /// Returns Σ x · y.
  ///
  /// - Parameters:
  ///   - x: The first factors.
  ///   - y: The second factors.
  /// - Returns: The sum; 0 for no elements.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func dot<S: Real>(_ x: UnsafePointer<S>, _ y: UnsafePointer<S>, count: Int, workers: Workers) -> S {
    sumOverTiles(count: count, workers: workers) { start, count in
      @inline(__always) func step(_ sum: S.Vector, _ i: Int, _ n: Int) -> S.Vector {
        S.Vector.multiplyAdd(read(x, start &+ i, n), read(y, start &+ i, n), sum)
      }
      return accumulate(count: count, step: step)
    }
  }

  /// The number of elements that are summed without a stop; every lane of an accumulator adds 16 Floats.
  private static let block = 1024

  /// Returns the sum over all elements of what `body` sums over one block.
  ///
  /// Lanes are summed over a block, blocks over a tile, tiles pairwise: a number takes part in about forty additions and
  /// the logarithm of the number of tiles, which bounds the rounding error.
  ///
  /// - Parameter body: Receives the first element of a block and the number of its elements; its lanes are partial sums.
  @inline(__always)
  private static func sumOverTiles<S: Real>(
    count: Int, workers: Workers, _ body: (_ start: Int, _ count: Int) -> S.Vector
  ) -> S {
    let height = max(1, (count + tile - 1) / tile)
    let partials = UnsafeMutablePointer<S>.allocate(capacity: height)
    defer { partials.deallocate() }
    partials[0] = 0
    forEachTile(of: count, workers: workers) { start, count in
      var sum = S.Vector.splat(0)
      var done = 0
      while done < count {
        sum = S.Vector.plus(sum, body(start &+ done, min(block, count &- done)))
        done = done &+ block
      }
      partials[start / tile] = S.Vector.total(sum)
    }
    sumPairwise(partials, height: height, width: 1)
    return partials[0]
  }
}
