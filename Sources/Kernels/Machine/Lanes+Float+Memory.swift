extension SIMD16<Float> {
  /// Returns the vector with `value` in every lane.
  @inline(__always) public static func splat(_ value: Float) -> Self { Self(repeating: value) }

  /// Returns the scalars from `source` on.
  @inline(__always) public static func load(_ source: UnsafePointer<Float>) -> Self {
    UnsafeRawPointer(source).loadUnaligned(as: Self.self)
  }

  /// Writes all lanes from `target` on.
  ///
  /// - Parameter target: Where lane 0 goes.
  @inline(__always) public static func store(_ a: Self, to target: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(target).storeBytes(of: a, as: Self.self)
  }

  /// Returns the first `count` scalars from `source` on, and `fill` in the other lanes.
  ///
  /// The vector is put together from its end: one scalar, then a piece of two, of four, of eight, as the bits of `count` say.
  ///
  /// - Parameters:
  ///   - count: How many scalars to read, less than 16.
  ///   - fill: The value of the other lanes.
  @inline(__always)
  public static func load(_ source: UnsafePointer<Float>, count: Int, fill: Float) -> Self {
    let raw = UnsafeRawPointer(source)
    var two = SIMD2<Float>(repeating: fill)
    if count & 1 != 0 { two[0] = source[count &- 1] }
    var four = SIMD4(lowHalf: two, highHalf: SIMD2(repeating: fill))
    if count & 2 != 0 {
      let piece = raw.loadUnaligned(fromByteOffset: (count & 12) &* 4, as: SIMD2<Float>.self)
      four = SIMD4(lowHalf: piece, highHalf: two)
    }
    var eight = SIMD8(lowHalf: four, highHalf: SIMD4(repeating: fill))
    if count & 4 != 0 {
      let piece = raw.loadUnaligned(fromByteOffset: (count & 8) &* 4, as: SIMD4<Float>.self)
      eight = SIMD8(lowHalf: piece, highHalf: four)
    }
    if count & 8 == 0 { return Self(lowHalf: eight, highHalf: SIMD8(repeating: fill)) }
    return Self(lowHalf: raw.loadUnaligned(as: SIMD8<Float>.self), highHalf: eight)
  }

  /// Writes the first `count` lanes from `target` on.
  ///
  /// - Parameters:
  ///   - target: Where lane 0 goes.
  ///   - count: How many lanes to write, less than 16.
  @inline(__always)
  public static func store(_ a: Self, to target: UnsafeMutablePointer<Float>, count: Int) {
    let raw = UnsafeMutableRawPointer(target)
    var eight = a.lowHalf
    if count & 8 != 0 {
      raw.storeBytes(of: eight, as: SIMD8<Float>.self)
      eight = a.highHalf
    }
    var four = eight.lowHalf
    if count & 4 != 0 {
      raw.storeBytes(of: four, toByteOffset: (count & 8) &* 4, as: SIMD4<Float>.self)
      four = eight.highHalf
    }
    var two = four.lowHalf
    if count & 2 != 0 {
      raw.storeBytes(of: two, toByteOffset: (count & 12) &* 4, as: SIMD2<Float>.self)
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
  public static func keeping(_ count: Int, of a: Self, fill: Float) -> Self {
    // Comparisons of integer vectors are loops over scalars.
    let numbers = Self(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)
    return a.replacing(with: Self(repeating: fill), where: numbers .> Self(repeating: Float(count)))
  }
}
