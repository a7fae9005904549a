extension Kernel {
  /// Computes y_i = x_i / (1 − rate) where element i is kept, 0 where it is dropped.
  ///
  /// Whether element i is kept depends on `key`, i and `rate` only, not on the scalar or the tiles. The same call applied to
  /// the derivative by y gives the derivative by x, so the mask is never stored.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func dropout<S: Real>(
    _ x: UnsafePointer<S>, into y: UnsafeMutablePointer<S>, rate: S, key: UInt64, offset: Int = 0, count: Int,
    workers: Workers
  ) {
    precondition(rate >= 0 && rate < 1, "Kernel.dropout: rate must be in [0, 1), found \(rate)")
    // Rounded to Float first, so that both scalars drop the same elements.
    let threshold = Int32(min(Float(rate), Float(1).nextDown) * 0x1p31)
    let factor = S.Vector.splat(1 / (1 - rate))
    forEachTile(of: count, workers: workers) { start, count in
      let (x, y) = (x + start, y + start)
      // A counter has 32 bits; whatever lies above selects another key.
      let tileKey = SplitMix64.mixed(key &+ (UInt64(start &+ offset) >> 32 &+ 1) &* 0x9E37_79B9_7F4A_7C15)
      let halves = SIMD2(UInt32(truncatingIfNeeded: tileKey), UInt32(truncatingIfNeeded: tileKey >> 32))
      // Carried along: computed anew from i, the compiler would put it together lane by lane.
      var counters = SIMD16<UInt32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
      counters &+= SIMD16(repeating: UInt32(truncatingIfNeeded: start &+ offset))
      @inline(__always) func body(_ i: Int, _ n: Int) {
        let scaled = S.Vector.times(read(x, i, n), factor)
        write(S.Vector.dropping(scaled, key: halves, counters: counters, threshold: threshold), y, i, n)
        counters &+= SIMD16(repeating: UInt32(S.Vector.scalarCount))
      }
      forEachVector(of: S.self, count: count, body)
    }
  }
}
