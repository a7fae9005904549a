/// A machine vector: the unit in which kernels read, compute and write.
///
/// Generic code over `SIMD` calls the generic operators of the standard library, which are loops over scalars. This
/// protocol names the handful of operations that kernels need, each implemented concretely, so that a kernel is written
/// once, generic over its scalar, and specialised into plain vector instructions.
public protocol Lanes<Scalar>: SIMD where Scalar: SIMDScalar {
  /// The integer vector of the same layout, for working on exponents and random bits.
  associatedtype Bits: SIMD

  /// Returns the vector with `value` in every lane.
  static func splat(_ value: Scalar) -> Self
  /// Returns the scalars from `source` on, which need not be aligned.
  static func load(_ source: UnsafePointer<Scalar>) -> Self
  /// Returns the first `count` scalars from `source` on, and `fill` in the other lanes; reads nothing else.
  static func load(_ source: UnsafePointer<Scalar>, count: Int, fill: Scalar) -> Self
  /// Writes all lanes from `target` on, which need not be aligned.
  static func store(_ a: Self, to target: UnsafeMutablePointer<Scalar>)
  /// Writes the first `count` lanes from `target` on, and nothing else.
  static func store(_ a: Self, to target: UnsafeMutablePointer<Scalar>, count: Int)

  /// Returns `a · b + c`, fused where the machine can.
  static func multiplyAdd(_ a: Self, _ b: Self, _ c: Self) -> Self
  /// Returns the lane-wise sum.
  static func plus(_ a: Self, _ b: Self) -> Self
  /// Returns the lane-wise difference.
  static func minus(_ a: Self, _ b: Self) -> Self
  /// Returns the lane-wise product.
  static func times(_ a: Self, _ b: Self) -> Self
  /// Returns the lane-wise quotient.
  static func over(_ a: Self, _ b: Self) -> Self
  /// Returns the lane-wise larger value; NaN in `a` gives `b`.
  static func larger(_ a: Self, _ b: Self) -> Self
  /// Returns the lane-wise square root.
  static func squareRoot(_ a: Self) -> Self
  /// Returns `a` in the lanes where `gate > 0` and zero elsewhere.
  static func passing(_ a: Self, where gate: Self) -> Self
  /// Returns the first `count` lanes of a vector, and `fill` in the others.
  static func keeping(_ count: Int, of a: Self, fill: Scalar) -> Self
  /// Returns the sum of all lanes, added pairwise in a fixed order.
  static func total(_ a: Self) -> Scalar
  /// Returns the largest lane; if a lane is NaN, NaN or the largest of some others.
  static func largest(_ a: Self) -> Scalar
  /// Returns eᵃ lane by lane: exactly 1 at 0, zero below the smallest normal number, NaN for NaN.
  static func exponential(_ a: Self) -> Self
  /// Returns the natural logarithm lane by lane: −∞ at 0, NaN below.
  static func logarithm(_ a: Self) -> Self
  /// Returns `a` with randomly chosen lanes set to zero.
  ///
  /// Whether a lane stays depends on `key`, its counter and `threshold` only, whatever the scalar: it stays if the upper
  /// 31 of the 32 random bits of that counter are at least `threshold`.
  static func dropping(_ a: Self, key: SIMD2<UInt32>, counters: SIMD16<UInt32>, threshold: Int32) -> Self
  /// Transposes a narrow block: as many columns as there are lanes, each 16 bytes long and `stride` scalars apart, become rows.
  static func transpose(_ columns: UnsafePointer<Scalar>, stride: Int, to rows: UnsafeMutablePointer<Scalar>)
}
