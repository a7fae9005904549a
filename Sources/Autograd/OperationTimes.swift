import Dispatch
import Synchronization
import Tensors

/// How long each operation took, forward and backward, summed over tapes and threads.
///
/// A tape that is given one looks at the clock whenever an operation is recorded or pulled back; the time since it last
/// looked is that operation's. So nothing is left out: what happens between operations counts for the next one. A tape
/// that is given none looks at no clock.
public final class OperationTimes: Sendable {
  /// The way in which a tape is walked.
  public enum Direction: Sendable {
    /// The operation computes its value.
    case forward
    /// The operation passes a gradient on, and adds it to those of the same place.
    case backward
  }

  /// Which operation it was.
  public struct Label: Hashable, Sendable {
    /// The function's name, such as `affine`.
    public let operation: String
    /// The name of the first parameter among its inputs, if there is one.
    public let weight: String?

    /// Names an operation.
    ///
    /// - Parameters:
    ///   - operation: The function, with or without its argument labels.
    ///   - weight: The name of the first parameter among its inputs.
    public init(_ operation: StaticString, weight: String? = nil) {
      self.operation = String("\(operation)".prefix { $0 != "(" && $0 != "<" })
      self.weight = weight
    }
  }

  /// The seconds of one operation.
  public struct Seconds: Sendable {
    /// While it computed values.
    public internal(set) var forward = 0.0
    /// While it passed gradients on.
    public internal(set) var backward = 0.0
  }

  private let sums = Mutex<[Label: Seconds]>([:])

  /// Creates an empty account.
  public init() {}

  /// The seconds spent so far.
  public var seconds: [Label: Seconds] { sums.withLock { $0 } }

  /// Adds time that was spent outside of any tape.
  ///
  /// - Parameters:
  ///   - seconds: How long.
  ///   - label: What it was spent on.
  ///   - direction: Forward or backward.
  public func add(_ seconds: Double, to label: Label, _ direction: Direction = .forward) {
    sums.withLock { sums in
      switch direction {
      case .forward: sums[label, default: Seconds()].forward += seconds
      case .backward: sums[label, default: Seconds()].backward += seconds
      }
    }
  }
}

/// The clock of one tape.
struct Stopwatch {
  private let times: OperationTimes
  private var last = DispatchTime.now().uptimeNanoseconds

  init(_ times: OperationTimes) {
    self.times = times
  }

  /// Gives the time since the last look to an operation.
  mutating func lap(_ direction: OperationTimes.Direction, _ label: OperationTimes.Label?) {
    let now = DispatchTime.now().uptimeNanoseconds
    if let label { times.add(Double(now - last) * 1e-9, to: label, direction) }
    last = DispatchTime.now().uptimeNanoseconds
  }
}
