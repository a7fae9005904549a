/// Measures how fast this core can multiply and add: the yardstick for every matrix product.
///
/// The loop touches no memory. It keeps as many independent chains of multiply-adds in flight as the registers hold, so
/// that neither the latency of one instruction nor a load is ever waited for. No program computes faster on one thread.
public enum MultiplyAddPeak {
  /// The vectors that are accumulated at the same time: enough to hide the latency, few enough for the registers.
  static var chains: Int { RegisterTileShape.isWide ? 12 : 6 }

  /// Returns the measured peak, in 10⁹ floating-point operations a second.
  public static func gigaflops<S: Real>(_ scalar: S.Type, repeats: Int = 5, workers: Workers = .one) -> Double {
    let rounds = 100_000
    // A thread may take as long to wake up as a run takes: there are several for each, and one that nobody times.
    let runs = workers.count == 1 ? 1 : 8 * workers.count
    let operations = Double(2 * chains * S.Vector.scalarCount * rounds * runs)
    // Lanes begin at ¼, and those of chains left out stay there.
    let limit = S(S.Vector.scalarCount * (chains * eighths(after: rounds) + (12 - chains) * 2)) / 8
    var fastest = Duration.seconds(1)
    if workers.count > 1 { _ = workers.map(workers.count) { _ in run(rounds, factor: 0.5, addend: 0.25 as S) } }
    for _ in 0..<max(1, repeats) {
      let duration = ContinuousClock().measure {
        let sums = workers.map(runs) { _ in run(rounds, factor: 0.5, addend: 0.25 as S) }
        precondition(sums.allSatisfy { $0 == limit }, "the multiply-add peak did not do all the work that it counts")
      }
      fastest = min(fastest, duration)
    }
    return operations / (fastest / .nanoseconds(1))
  }

  @specialized(where S == Float)
  @specialized(where S == Double)
  @inline(never)
  private static func run<S: Real>(_ rounds: Int, factor: S, addend: S) -> S {
    let (a, b) = (S.Vector(repeating: factor), S.Vector(repeating: addend))
    var first = (b, b, b, b, b, b)
    var second = (b, b, b, b, b, b)
    for _ in 0..<rounds {
      step(&first, a, b)
      // Only where vectors as wide as these have registers of their own.
      if RegisterTileShape.isWide { step(&second, a, b) }
    }
    return total(first) + total(second)
  }

  @inline(__always)
  private static func step<V: Lanes>(_ sums: inout (V, V, V, V, V, V), _ a: V, _ b: V) {
    sums.0 = next(sums.0, a, b)
    sums.1 = next(sums.1, a, b)
    sums.2 = next(sums.2, a, b)
    sums.3 = next(sums.3, a, b)
    sums.4 = next(sums.4, a, b)
    sums.5 = next(sums.5, a, b)
  }

  #if arch(x86_64)
    /// Returns sum · a + b: without fused instructions, a · b would be computed once, before the loop.
    @inline(__always)
    private static func next<V: Lanes>(_ sum: V, _ a: V, _ b: V) -> V { V.multiplyAdd(sum, a, b) }

    /// What a lane ends at, times eight: halved and increased by ¼, it comes to stay at ½, exactly.
    private static func eighths(after rounds: Int) -> Int { 4 }
  #else
    /// Returns sum + a · b: arm64's instruction overwrites the term that is added, so any other order costs copies.
    @inline(__always)
    private static func next<V: Lanes>(_ sum: V, _ a: V, _ b: V) -> V { V.multiplyAdd(a, b, sum) }

    /// What a lane ends at, times eight: it grows by ½ · ¼ a round, exactly.
    private static func eighths(after rounds: Int) -> Int { 2 + rounds }
  #endif

  @inline(__always)
  private static func total<V: Lanes>(_ sums: (V, V, V, V, V, V)) -> V.Scalar where V.Scalar: Real {
    let (a, b, c) = (V.plus(sums.0, sums.1), V.plus(sums.2, sums.3), V.plus(sums.4, sums.5))
    return V.total(V.plus(V.plus(a, b), c))
  }
}
