import Kernels

/// A reproducible source of random numbers: the same seed gives the same bits on every platform.
///
/// The i-th number is a mixing function of `key + i·γ` (SplitMix64: Steele, Lea, Flood 2014), so a generator is two
/// integers, can be stored and resumed, and splits into independent children without drawing from itself.
public struct Random: RandomNumberGenerator, Sendable, Codable, Hashable {
  /// Selects the sequence.
  public private(set) var key: UInt64
  /// How many 64-bit numbers were drawn.
  public private(set) var counter: UInt64 = 0

  /// Creates a generator.
  public init(seed: UInt64) {
    key = SplitMix64.mixed(seed &+ 0x9E37_79B9_7F4A_7C15)
  }

  /// Returns the generator of a named part: a layer, a shard, a step.
  ///
  /// Does not depend on how many numbers were drawn, and leaves this generator as it is.
  public func child(_ index: Int) -> Random {
    Random(seed: key ^ SplitMix64.mixed(UInt64(bitPattern: Int64(index)) &+ 0xD1B5_4A32_D192_ED03))
  }

  /// Returns the generator of a named part, so that its numbers depend on the seed and the name alone.
  public func child(named name: String) -> Random {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Random(seed: key ^ SplitMix64.mixed(hash))
  }

  /// Returns the next 64 random bits.
  public mutating func next() -> UInt64 {
    counter &+= 1
    return SplitMix64.mixed(key &+ counter &* 0x9E37_79B9_7F4A_7C15)
  }

  /// Returns a number from the uniform distribution on [0, 1).
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// Returns an integer from the uniform distribution on 0 ..< `bound`.
  public mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0, "Random.below: bound must be positive, found \(bound)")
    return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// Returns a number from the standard normal distribution (Marsaglia's polar method).
  public mutating func normal() -> Double {
    while true {
      let x = 2 * uniform() - 1
      let y = 2 * uniform() - 1
      let r = x * x + y * y
      if r > 0 && r < 1 {
        return x * (-2 * Random.naturalLogarithm(r) / r).squareRoot()
      }
    }
  }

  /// Returns true with the given probability.
  public mutating func bernoulli(_ probability: Double) -> Bool {
    uniform() < probability
  }

  /// Returns ln x from IEEE arithmetic alone.
  ///
  /// C libraries differ in the last bit of `log`; this one is the same wherever Swift runs. With x = m·2ᵉ and
  /// t = (m − 1)/(m + 1), ln m = 2 (t + t³/3 + t⁵/5 + …), |t| ≤ 0.172, summed until the terms vanish.
  static func naturalLogarithm(_ x: Double) -> Double {
    var mantissa = x.significand
    var exponent = Double(x.exponent)
    if mantissa > 1.4142135623730951 {
      mantissa /= 2
      exponent += 1
    }
    let t = (mantissa - 1) / (mantissa + 1)
    let square = t * t
    // Horner's rule from t²⁶/27 down, written out: divisions that the compiler carries out take no time.
    var series = 1.0 / 27
    series = series * square + 1.0 / 25
    series = series * square + 1.0 / 23
    series = series * square + 1.0 / 21
    series = series * square + 1.0 / 19
    series = series * square + 1.0 / 17
    series = series * square + 1.0 / 15
    series = series * square + 1.0 / 13
    series = series * square + 1.0 / 11
    series = series * square + 1.0 / 9
    series = series * square + 1.0 / 7
    series = series * square + 1.0 / 5
    series = series * square + 1.0 / 3
    series = series * square + 1
    return exponent * 0.6931471805599453 + 2 * t * series
  }

  /// Returns numbers in a random order, each order as likely as any other.
  public mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in order.indices.reversed().dropLast() { order.swapAt(last, below(last + 1)) }
    return order
  }
}

extension Tensor {
  /// Returns numbers from a normal distribution.
  ///
  /// - Parameter random: The source; drawn from in row-major order.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func normal(
    _ shape: Shape, mean: Double = 0, standardDeviation: Double = 1, random: inout Random
  ) -> Tensor {
    Tensor(shape) { target in
      for index in 0..<shape.count { target[index] = Scalar(mean + standardDeviation * random.normal()) }
    }
  }
}
