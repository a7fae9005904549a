/// A machine vector: the unit in which kernels read, compute and write.
///
/// Generic code over `SIMD` calls the generic operators of the standard library, which are loops over scalars. This
/// protocol names the handful of operations that kernels need, each implemented concretely, so that a kernel is written
/// once, generic over its scalar, and specialised into plain vector instructions.
public protocol Lanes<Scalar>: SIMD where Scalar: SIMDScalar {
  /// The integer vector of the same layout, for working on exponents and random bits.
  associatedtype Bits: SIMD

  /// Returns `a · b + c`, fused where the machine can.
  ///
  /// - Parameters:
  ///   - a: The first factor.
  ///   - b: The second factor.
  ///   - c: The addend.
  /// - Returns: The vector of sums.
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
  /// Returns the lane-wise smaller value; NaN in `a` gives `b`.
  static func smaller(_ a: Self, _ b: Self) -> Self
  /// Returns the lane-wise square root.
  static func squareRoot(_ a: Self) -> Self
  /// Returns `a` in the lanes where `gate > 0` and zero elsewhere.
  static func passing(_ a: Self, where gate: Self) -> Self
  /// Returns the sum of all lanes, added pairwise in a fixed order.
  static func total(_ a: Self) -> Scalar
  /// Transposes a narrow block: as many columns as there are lanes, each 16 bytes long, become rows.
  ///
  /// - Parameters:
  ///   - columns: The first column.
  ///   - stride: The distance between columns, in scalars.
  ///   - rows: Receives 16 bytes' worth of rows, each one vector, one behind the other.
  static func transpose(_ columns: UnsafePointer<Scalar>, stride: Int, to rows: UnsafeMutablePointer<Scalar>)
}
