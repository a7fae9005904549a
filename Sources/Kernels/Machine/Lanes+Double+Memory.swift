extension SIMD8<Double> {
  /// Returns the vector with `value` in every lane.
  @inline(__always) public static func splat(_ value: Double) -> Self { Self(repeating: value) }

  /// Returns the scalars from `source` on.
  @inline(__always) public static func load(_ source: UnsafePointer<Double>) -> Self {
    UnsafeRawPointer(source).loadUnaligned(as: Self.self)
  }

  /// Writes all lanes from `target` on.
  ///
  /// - Parameter target: Where lane 0 goes.
  @inline(__always) public static func store(_ a: Self, to target: UnsafeMutablePointer<Double>) {
    UnsafeMutableRawPointer(target).storeBytes(of: a, as: Self.self)
  }

  /// Returns the first `count` scalars from `source` on, and `fill` in the other lanes.
  ///
  /// The vector is put together from its end: one scalar, then a piece of two, of four, as the bits of `count` say.
  ///
  /// - Parameters:
  ///   - count: How many scalars to read, less than 8.
  ///   - fill: The value of the other lanes.
  @inline(__always)
  public static func load(_ source: UnsafePointer<Double>, count: Int, fill: Double) -> Self {
    let raw = UnsafeRawPointer(source)
    var two = SIMD2<Double>(repeating: fill)
    if count & 1 != 0 { two[0] = source[count &- 1] }
    var four = SIMD4(lowHalf: two, highHalf: SIMD2(repeating: fill))
    if count & 2 != 0 {
      let piece = raw.loadUnaligned(fromByteOffset: (count & 4) &* 8, as: SIMD2<Double>.self)
      four = SIMD4(lowHalf: piece, highHalf: two)
    }
    if count & 4 == 0 { return Self(lowHalf: four, highHalf: SIMD4(repeating: fill)) }
    return Self(lowHalf: raw.loadUnaligned(as: SIMD4<Double>.self), highHalf: four)
  }

  /// Writes the first `count` lanes from `target` on.
  ///
  /// - Parameters:
  ///   - target: Where lane 0 goes.
  ///   - count: How many lanes to write, less than 8.
  @inline(__always)
  public static func store(_ a: Self, to target: UnsafeMutablePointer<Double>, count: Int) {
    let raw = UnsafeMutableRawPointer(target)
    var four = a.lowHalf
    if count & 4 != 0 {
      raw.storeBytes(of: four, as: SIMD4<Double>.self)
      four = a.highHalf
    }
    var two = four.lowHalf
    if count & 2 != 0 {
      raw.storeBytes(of: two, toByteOffset: (count & 4) &* 8, as: SIMD2<Double>.self)
      two = four.highHalf
    }
    if count & 1 != 0 { target[count &- 1] = two[0] }
  }

  /// Returns the first `count` lanes of a vector, and `fill` in the others.
  ///
  /// - Parameters:
  ///   - count: How many lanes to keep.
  ///   - fill: The value of the other lanes.
  @inline(__always)
  public static func keeping(_ count: Int, of a: Self, fill: Double) -> Self {
    // Comparisons of integer vectors are loops over scalars.
    let numbers = Self(1, 2, 3, 4, 5, 6, 7, 8)
    return a.replacing(with: Self(repeating: fill), where: numbers .> Self(repeating: Double(count)))
  }
}
