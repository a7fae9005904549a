import Foundation

/// At which of a run's file operations tests stop it: at every fifth, or at all of them with HYPERROUTER_STOPS=1.
enum Stops {
  private static let distance = ProcessInfo.processInfo.environment["HYPERROUTER_STOPS"].flatMap { Int($0) } ?? 5

  /// The numbers of some operations, spread evenly.
  ///
  /// - Parameters:
  ///   - operations: How many there are.
  ///   - first: Which of the first ones is taken, so that tests differ in what they take.
  static func numbers(of operations: Int, from first: Int = 1) -> [Int] {
    Array(stride(from: min(first, max(1, distance)), through: operations, by: max(1, distance)))
  }
}
