import Foundation
import RunFiles

/// The learning rate over a run.
public struct LearningRateSchedule: Codable, Described, Hashable, Sendable {
  package static let words = "learning_rate: η over a run: up to its peak in warmup steps, then to its minimum (0)"

  /// The shape after warm-up.
  public enum Shape: String, CaseIterable, Codable, Sendable {
    /// From the peak to the minimum along half a cosine, as the paper's release does.
    case cosine
    /// Always the peak.
    case constant
  }

  /// The shape of the paper's release.
  public static let defaultShape = Shape.cosine
  /// The published runs have no warm-up.
  public static let defaultWarmup = 0
  /// The published runs end at 0.
  public static let defaultMinimum = 0.0

  /// η at its highest.
  public var peak: Double
  /// The shape after warm-up.
  public var shape: Shape
  /// Steps of linear increase from 0 before it.
  public var warmup: Int
  /// η at the end of a cosine; ``defaultMinimum`` if nil.
  public var minimum: Double?

  /// Creates a schedule.
  public init(peak: Double, shape: Shape = Self.defaultShape, warmup: Int = Self.defaultWarmup) {
    (self.peak, self.shape, self.warmup) = (peak, shape, warmup)
  }

  /// Returns η for one step.
  public func callAsFunction(step: Int, of steps: Int) -> Double {
    if step < warmup { return peak * Double(step + 1) / Double(warmup + 1) }
    switch shape {
    case .constant: return peak
    case .cosine:
      let progress = Double(step - warmup) / Double(max(1, steps - warmup))
      let low = minimum ?? Self.defaultMinimum
      return low + (peak - low) * 0.5 * (1 + cos(.pi * min(1, progress)))
    }
  }
}
