/// The scalar of a tensor: `Float` for training, `Double` for checking mathematics.
///
/// A conforming type brings its machine vector; every kernel is generic over `Real` and specialised for both types in
/// this module, so that calling one costs a type check and nothing per element.
public protocol Real: BinaryFloatingPoint, SIMDScalar, Sendable, Codable, CustomStringConvertible
where RawSignificand: FixedWidthInteger {
  /// The vector that fills the widest register of the supported machines (64 bytes).
  associatedtype Vector: Lanes where Vector.Scalar == Self
}

extension Float: Real {
  /// Sixteen lanes, 64 bytes.
  public typealias Vector = SIMD16<Float>
}

extension Double: Real {
  /// Eight lanes, 64 bytes.
  public typealias Vector = SIMD8<Double>
}
