/// The choice of register tile for the machine that the code is compiled for.
///
/// A multiply-add takes four or five cycles and two begin in each, so ten sums must be under way at a time: a tile needs as
/// many registers, one vector of B beside them and one factor.
enum RegisterTileShape {
  #if AVX512
    /// 32 registers of one vector each: 8 rows × 2 vectors.
    static let isWide = true
    typealias Tallest<R: Strip> = EightRows<R>
  #elseif NATIVE
    /// A vector takes two of 16 registers (AVX2) or four of 32 (NEON): 6 rows × 1 vector.
    static let isWide = false
    typealias Tallest<R: Strip> = SixRows<R>
  #else
    /// A vector takes four of 16 registers (SSE2): 4 rows × 1 vector.
    static let isWide = false
    typealias Tallest<R: Strip> = FourRows<R>
  #endif

  /// The rows of the tallest tile.
  static var tallest: Int { Tallest<OneVector<Float.Vector>>.count }

  /// Whether the next rows are computed by the tallest tile, or by one of four.
  ///
  /// - Parameter rows: How many are left.
  @inline(__always)
  static func takesTallest(_ rows: Int) -> Bool {
    // 7 and 8 rows are two tiles either way, and two of four waste less.
    tallest == 6 ? rows > 8 || rows == 5 || rows == 6 : rows > 4
  }
}
