import Dispatch
import Synchronization

/// How long each part of a training step took, forward and backward, summed over tapes and threads.
///
/// A tape that is given one looks at the clock whenever an operation is recorded or pulled back; the time since it last
/// looked goes to the operation's part. So nothing is left out: what happens between operations counts for the next one.
/// A tape that is given none looks at no clock.
public final class StepTimes: Sendable {
  /// The way in which a tape is walked.
  public enum Direction: Sendable {
    /// An operation computes its value.
    case forward
    /// An operation passes a gradient on, and adds it to those of the same place.
    case backward
  }

  /// The seconds of one part.
  public struct Seconds: Sendable {
    /// While values were computed.
    public internal(set) var forward = 0.0
    /// While gradients were passed on.
    public internal(set) var backward = 0.0
  }

  private let sums = Mutex<[StepPart: Seconds]>([:])

  /// Creates an empty account.
  public init() {}

  /// The seconds spent so far; parts in which nothing was recorded are absent.
  public var seconds: [StepPart: Seconds] { sums.withLock { $0 } }

  /// Adds time, also such as was spent outside of any tape.
  ///
  /// - Parameters:
  ///   - seconds: How long.
  ///   - part: What it was spent on.
  ///   - direction: Forward or backward.
  public func add(_ seconds: Double, to part: StepPart, _ direction: Direction = .forward) {
    sums.withLock { sums in
      switch direction {
      case .forward: sums[part, default: Seconds()].forward += seconds
      case .backward: sums[part, default: Seconds()].backward += seconds
      }
    }
  }

  /// Every part's share, fractions that add up to one; zeros if nothing was measured.
  public var fractions: [StepPart: Double] {
    let seconds = seconds
    let total = seconds.values.reduce(0) { $0 + $1.forward + $1.backward }
    return Dictionary(
      uniqueKeysWithValues: StepPart.allCases.map { part in
        let own = seconds[part] ?? Seconds()
        return (part, total > 0 ? (own.forward + own.backward) / total : 0)
      })
  }
}

/// The clock of one tape.
struct Stopwatch {
  private let times: StepTimes
  private var last = DispatchTime.now().uptimeNanoseconds

  init(_ times: StepTimes) {
    self.times = times
  }

  /// Gives the time since the last look to a part of the step.
  mutating func lap(_ direction: StepTimes.Direction, _ part: StepPart) {
    let now = DispatchTime.now().uptimeNanoseconds
    times.add(Double(now - last) * 1e-9, to: part, direction)
    last = DispatchTime.now().uptimeNanoseconds
  }
}
