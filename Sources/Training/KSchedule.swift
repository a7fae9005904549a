import Foundation

/// How many experts a token gets, over a run: the schedules of the public release.
///
/// Paper: SMoE-Dropout and HyperRouter grow k from 2 to N; plain SMoE keeps k = 2. With n the step, S the length of the
/// run and Δ = maximum − minimum, the result is rounded, halves to the even neighbour (D10), and
/// kept within [minimum, maximum].
///
/// Equation [k-schedule] in NOTES.md.
public struct KSchedule: Hashable, Sendable {
  /// How k changes over a training.
  public enum Mode: String, CaseIterable, Codable, Sendable {
    /// minimum.
    case constant
    /// minimum + Δ·n/S.
    case linearIncrease = "linear-increase"
    /// maximum − Δ·n/S.
    case linearDecrease = "linear-decrease"
    /// maximum − Δ·cos(π n / 2S).
    case cosineIncrease = "cosine-increase"
    /// minimum + Δ·cos(π n / 2S).
    case cosineDecrease = "cosine-decrease"
    /// maximum − Δ·0.99^i, i = the number of finished intervals of S/300 steps.
    case exponentialIncrease = "exponential-increase"
    /// 1, 2, 4, 8, 16 in five equal parts of the run.
    case multistepIncrease = "multistep-increase"
    /// 16, 8, 4, 2, 1 in five equal parts of the run.
    case multistepDecrease = "multistep-decrease"
  }

  /// How k changes.
  public var mode: Mode
  /// The smallest k.
  public var minimum: Int
  /// The largest k.
  public var maximum: Int

  /// Creates a schedule.
  public init(_ mode: Mode, _ minimum: Int, _ maximum: Int) {
    precondition(minimum >= 1 && maximum >= minimum, "KSchedule: \(minimum) to \(maximum)")
    (self.mode, self.minimum, self.maximum) = (mode, minimum, maximum)
  }

  /// The largest k that any step may have.
  public var largest: Int { mode == .constant ? minimum : maximum }

  /// Returns k for one step.
  public func callAsFunction(step: Int, of steps: Int) -> Int {
    let progress = Double(step) / Double(max(1, steps))
    let (low, high) = (Double(minimum), Double(maximum))
    let k: Double =
      switch mode {
      case .constant: low
      case .linearIncrease: low + ((high - low) * progress).rounded(.toNearestOrEven)
      case .linearDecrease: high - ((high - low) * progress).rounded(.toNearestOrEven)
      case .cosineIncrease: high - ((high - low) * cos(.pi / 2 * progress)).rounded(.toNearestOrEven)
      case .cosineDecrease: low + ((high - low) * cos(.pi / 2 * progress)).rounded(.toNearestOrEven)
      case .exponentialIncrease:
        high - ((high - low) * pow(0.99, Double(finished(of: 300, step, steps)))).rounded(.toNearestOrEven)
      case .multistepIncrease: Double(1 << min(4, finished(of: 5, step, steps)))
      case .multistepDecrease: Double(16 >> min(4, finished(of: 5, step, steps)))
      }
    return Int(min(high, max(low, k)))
  }

  /// How many of equal parts of the run are behind; in integers, because a fraction may fall just short of its part.
  private func finished(of parts: Int, _ step: Int, _ steps: Int) -> Int { parts * step / max(1, steps) }
}

extension KSchedule: CustomStringConvertible {
  /// The form of the command line, `linear-increase:2:8` or `constant:2`.
  public var description: String {
    mode == .constant ? "\(mode.rawValue):\(minimum)" : "\(mode.rawValue):\(minimum):\(maximum)"
  }
}

extension KSchedule: Codable {
  /// As configurations of older runs have it.
  private enum CodingKeys: CodingKey { case mode, minimum, maximum }

  /// Writes the form of the command line.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  /// Reads the form of the command line, or the object that older runs kept.
  ///
  /// - Throws: `DecodingError` for anything else. Whether the numbers are in order is for the options to check.
  public init(from decoder: any Decoder) throws {
    if let text = try? decoder.singleValueContainer().decode(String.self) {
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      let numbers = parts.dropFirst().compactMap { Int($0) }
      guard let mode = Mode(rawValue: String(parts[0])), numbers.count == parts.count - 1,
        numbers.count == (mode == .constant ? 1 : 2)
      else {
        throw DecodingError.dataCorrupted(
          .init(codingPath: decoder.codingPath, debugDescription: "found \"\(text)\", expected MODE:K or MODE:MIN:MAX"))
      }
      (self.mode, minimum, maximum) = (mode, numbers[0], numbers[numbers.count - 1])
    } else {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      mode = try container.decode(Mode.self, forKey: .mode)
      minimum = try container.decode(Int.self, forKey: .minimum)
      maximum = try container.decode(Int.self, forKey: .maximum)
    }
  }
}
