extension Kernel {
  /// Runs `body` for the vectors that make up `count` elements.
  ///
  /// The body is compiled twice: once for whole vectors, once for the last, incomplete one. A closure would be called
  /// for every vector; pass a local function marked `@inline(__always)`.
  ///
  /// - Parameters:
  ///   - scalar: The type of the elements.
  ///   - body: Receives the first element of a vector and the number of its elements.
  @inline(__always)
  static func forEachVector<S: Real>(of scalar: S.Type, count: Int, _ body: (_ start: Int, _ count: Int) -> Void) {
    let lanes = S.Vector.scalarCount
    var i = 0
    while i &+ lanes <= count {
      body(i, lanes)
      i = i &+ lanes
    }
    if i < count { body(i, count &- i) }
  }

  /// Folds the vectors that make up `count` elements into four accumulators, in a fixed order.
  ///
  /// - Parameters:
  ///   - initial: The value that each accumulator starts from.
  ///   - step: Receives an accumulator, the first element of a vector and the number of its elements.
  ///   - combine: Joins two accumulators.
  /// - Returns: The joined accumulators.
  @inline(__always)
  static func fold<V: Lanes>(
    count: Int, from initial: V, step: (_ accumulator: V, _ start: Int, _ count: Int) -> V, combine: (V, V) -> V
  ) -> V {
    let lanes = V.scalarCount
    var (a, b, c, d) = (initial, initial, initial, initial)
    var i = 0
    while i &+ 4 &* lanes <= count {
      a = step(a, i, lanes)
      b = step(b, i &+ lanes, lanes)
      c = step(c, i &+ 2 &* lanes, lanes)
      d = step(d, i &+ 3 &* lanes, lanes)
      i = i &+ 4 &* lanes
    }
    while i &+ lanes <= count {
      a = step(a, i, lanes)
      i = i &+ lanes
    }
    if i < count { b = step(b, i, count &- i) }
    return combine(combine(a, b), combine(c, d))
  }

  /// Folds the vectors that make up `count` elements into a sum.
  ///
  /// - Parameter step: Receives the sum so far, the first element of a vector and the number of its elements.
  /// - Returns: The sum by lanes.
  @inline(__always)
  static func accumulate<V: Lanes>(count: Int, step: (_ sum: V, _ start: Int, _ count: Int) -> V) -> V
  where V.Scalar: Real {
    fold(count: count, from: V.splat(0), step: step, combine: { V.plus($0, $1) })
  }

  /// Returns the vector at `p + start` of which `count` elements exist; the other lanes are `fill`.
  ///
  /// - Parameters:
  ///   - p: The memory.
  ///   - start: The first element.
  ///   - count: The number of elements, at most the number of lanes.
  ///   - fill: The value of the other lanes.
  @inline(__always)
  static func read<S: Real>(_ p: UnsafePointer<S>, _ start: Int, _ count: Int, fill: S = 0) -> S.Vector {
    if count == S.Vector.scalarCount { return S.Vector.load(p + start) }
    return S.Vector.load(p + start, count: count, fill: fill)
  }

  /// Writes the first `count` lanes of a vector to `p + start`.
  ///
  /// - Parameters:
  ///   - vector: The lanes.
  ///   - p: The memory.
  ///   - start: The first element.
  ///   - count: The number of elements, at most the number of lanes.
  @inline(__always)
  static func write<S: Real>(_ vector: S.Vector, _ p: UnsafeMutablePointer<S>, _ start: Int, _ count: Int) {
    if count == S.Vector.scalarCount {
      S.Vector.store(vector, to: p + start)
    } else {
      S.Vector.store(vector, to: p + start, count: count)
    }
  }

  /// Adds `height` rows in pairs, the pairs in pairs and so on; the sum is left in the first row.
  ///
  /// - Parameters:
  ///   - partials: height×width numbers; overwritten.
  ///   - height: The number of rows, at least one.
  ///   - width: The number of elements in a row.
  @inline(__always)
  static func sumPairwise<S: Real>(_ partials: UnsafeMutablePointer<S>, height: Int, width: Int) {
    var step = 1
    while step < height {
      var row = 0
      while row &+ step < height {
        let left = partials + row &* width
        let right = left + step &* width
        @inline(__always) func body(_ i: Int, _ n: Int) {
          write(S.Vector.plus(read(left, i, n), read(right, i, n)), left, i, n)
        }
        forEachVector(of: S.self, count: width, body)
        row = row &+ 2 &* step
      }
      step = 2 &* step
    }
  }
}
