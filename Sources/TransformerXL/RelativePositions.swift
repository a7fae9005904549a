import Foundation
import Tensors

/// The sinusoids that encode how far back a key lies (Dai and others, 2019; Vaswani and others, 2017).
///
///     R_p = [sin(p·ω) ‖ cos(p·ω)],   ω_i = 10000^(−2i/d), i = 0 … d/2−1,   p = K−1, …, 1, 0
///
/// The table for K keys is the end of the table for more keys, so the longest one is computed once.
///
/// Equation [positions] in NOTES.md.
public struct RelativePositions<Scalar: Real>: Sendable {
  private let longest: Tensor<Scalar>

  /// Computes the table.
  public init(keys: Int, width: Int) {
    longest = Self.table(keys: keys, width: width)
  }

  /// Returns R for the distances `keys` − 1 … 0.
  public func callAsFunction(keys: Int) -> Tensor<Scalar> {
    let (available, width) = (longest.shape[0], longest.shape[1])
    return keys <= available ? longest.sliced(0, available - keys..<available) : Self.table(keys: keys, width: width)
  }

  private static func table(keys: Int, width: Int) -> Tensor<Scalar> {
    precondition(width % 2 == 0, "RelativePositions: width \(width) is odd")
    let half = width / 2
    let frequencies = (0..<half).map { pow(10000, -2 * Double($0) / Double(width)) }
    return Tensor([keys, width]) { target in
      for row in 0..<keys {
        let distance = Double(keys - 1 - row)
        for (i, frequency) in frequencies.enumerated() {
          target[row * width + i] = Scalar(sin(distance * frequency))
          target[row * width + half + i] = Scalar(cos(distance * frequency))
        }
      }
    }
  }
}
