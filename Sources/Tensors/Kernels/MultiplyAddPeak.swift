/// Measures how fast this core can multiply and add: the yardstick for every matrix product.
///
/// The loop touches no memory. It keeps as many independent chains of multiply-adds in flight as the registers hold, so
/// that neither the latency of one instruction nor a load is ever waited for. No program computes faster on one thread.
public enum MultiplyAddPeak {
  /// The vectors that are accumulated at the same time.
  static let chains = 12

  /// Returns the measured peak of one thread, in 10⁹ floating-point operations a second.
  ///
  /// - Parameters:
  ///   - scalar: `Float` or `Double`.
  ///   - repeats: How often to measure; the fastest counts.
  /// - Returns: Additions plus multiplications per nanosecond.
  public static func gigaflops<S: Real>(_ scalar: S.Type, repeats: Int = 5) -> Double {
    let rounds = 20_000
    let operations = Double(2 * chains * S.Vector.scalarCount * rounds)
    var fastest = Duration.seconds(1)
    for _ in 0..<max(1, repeats) {
      var sum = S.zero
      fastest = min(fastest, ContinuousClock().measure { sum = run(rounds, factor: 0.5, addend: 0.25 as S) })
      precondition(sum.isFinite, "the multiply-add peak did not converge")
    }
    return operations / (fastest / .nanoseconds(1))
  }

  @specialized(where S == Float)
  @specialized(where S == Double)
  @inline(never)
  static func run<S: Real>(_ rounds: Int, factor: S, addend: S) -> S {
    let (a, b) = (S.Vector(repeating: factor), S.Vector(repeating: addend))
    var (c0, c1, c2, c3, c4, c5) = (b, b, b, b, b, b)
    var (c6, c7, c8, c9, c10, c11) = (b, b, b, b, b, b)
    for _ in 0..<rounds {
      c0 = S.Vector.multiplyAdd(c0, a, b)
      c1 = S.Vector.multiplyAdd(c1, a, b)
      c2 = S.Vector.multiplyAdd(c2, a, b)
      c3 = S.Vector.multiplyAdd(c3, a, b)
      c4 = S.Vector.multiplyAdd(c4, a, b)
      c5 = S.Vector.multiplyAdd(c5, a, b)
      c6 = S.Vector.multiplyAdd(c6, a, b)
      c7 = S.Vector.multiplyAdd(c7, a, b)
      c8 = S.Vector.multiplyAdd(c8, a, b)
      c9 = S.Vector.multiplyAdd(c9, a, b)
      c10 = S.Vector.multiplyAdd(c10, a, b)
      c11 = S.Vector.multiplyAdd(c11, a, b)
    }
    c0 = S.Vector.plus(S.Vector.plus(c0, c1), S.Vector.plus(c2, c3))
    c4 = S.Vector.plus(S.Vector.plus(c4, c5), S.Vector.plus(c6, c7))
    c8 = S.Vector.plus(S.Vector.plus(c8, c9), S.Vector.plus(c10, c11))
    return S.Vector.total(S.Vector.plus(S.Vector.plus(c0, c4), c8))
  }
}
