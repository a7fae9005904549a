extension Kernel {
  /// Takes one step of Adam (Kingma, Ba 2015), in one pass.
  ///
  /// g ← gradientScale · g, m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g²,
  /// w ← (1 − decay) · w − lr · (m / correction1) / (√(v / correction2) + ε).
  @specialized(where S == Float) @specialized(where S == Double)
  public static func adamStep<S: Real>(
    parameter w: UnsafeMutablePointer<S>, gradient g: UnsafePointer<S>, first m: UnsafeMutablePointer<S>,
    second v: UnsafeMutablePointer<S>,
    count: Int, learningRate: S, decay: S, beta1: S, beta2: S, epsilon: S, correction1: S, correction2: S,
    gradientScale: S,
    workers: Workers
  ) {
    let (scale, epsilon) = (S.Vector.splat(gradientScale), S.Vector.splat(epsilon))
    let (keep1, take1) = (S.Vector.splat(beta1), S.Vector.splat(1 - beta1))
    let (keep2, take2) = (S.Vector.splat(beta2), S.Vector.splat(1 - beta2))
    let staying = S.Vector.splat(1 - decay)
    let (rate, unbias) = (S.Vector.splat(-learningRate / correction1), S.Vector.splat(1 / correction2))
    forEachTile(of: count, workers: workers) { start, count in
      let (w, g, m, v) = (w + start, g + start, m + start, v + start)
      @inline(__always) func body(_ i: Int, _ n: Int) {
        let gradient = S.Vector.times(read(g, i, n), scale)
        let first = S.Vector.multiplyAdd(keep1, read(m, i, n), S.Vector.times(take1, gradient))
        let square = S.Vector.times(gradient, gradient)
        let second = S.Vector.multiplyAdd(keep2, read(v, i, n), S.Vector.times(take2, square))
        let deviation = S.Vector.plus(S.Vector.squareRoot(S.Vector.times(second, unbias)), epsilon)
        write(first, m, i, n)
        write(second, v, i, n)
        let stays = S.Vector.times(staying, read(w, i, n))
        write(S.Vector.multiplyAdd(rate, S.Vector.over(first, deviation), stays), w, i, n)
      }
      forEachVector(of: S.self, count: count, body)
    }
  }
}
