import Foundation
import Tensors
import Testing

/// Many random cases of one kind, each with a number from which it can be made again.
///
/// `HYPERROUTER_FUZZ=1000000` runs as many cases of every kind, `HYPERROUTER_FUZZ=4711-4711` one case again. If a case
/// ends the process, its number is the last thing on standard error.
public struct Fuzz {
  /// What became of a case that did what it should.
  public enum Outcome: Sendable {
    /// The input was taken.
    case accepted
    /// The input was refused, in the way it should be.
    case refused
  }

  /// What a case throws that did not do what it should.
  public struct Fault: Error {
    let description: String

    /// Describes a fault.
    public init(_ description: String) {
      self.description = description
    }
  }

  /// The sum of all cases.
  public struct Report {
    /// Inputs taken.
    public internal(set) var accepted = 0
    /// Inputs refused as they should be.
    public internal(set) var refused = 0
    /// One line for every case that went wrong, with its number.
    public internal(set) var failures: [String] = []
  }

  /// The environment variable that asks for more cases, or for certain ones.
  static let variable = "HYPERROUTER_FUZZ"

  let name: String
  let numbers: ClosedRange<Int>
  /// Whether these are the cases that every run of the tests has: how many are accepted is then known.
  public let isUsual: Bool

  /// Prepares cases.
  ///
  /// - Parameter cases: How many cases the suite runs; at least 1.
  public init(
    _ name: String, cases: Int, atMost most: Int = .max,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    self.name = name
    let bounds = (environment[Fuzz.variable] ?? "").split(separator: "-").compactMap { Int($0) }
    switch bounds.count {
    case 1 where bounds[0] > 0: numbers = 0...min(bounds[0], most) - 1
    case 2 where bounds[0] <= bounds[1]: numbers = bounds[0]...bounds[1]
    default: numbers = 0...cases - 1
    }
    isUsual = bounds.isEmpty
  }

  /// How many cases will be run.
  public var count: Int { numbers.count }

  /// Runs all cases.
  public func run(_ body: (inout Random) throws -> Outcome) -> Report {
    let note = LastWords(name)
    defer { note.end() }
    var report = Report()
    let seeds = Random(seed: 2023).child(named: name)
    for number in numbers {
      note.number = number
      var random = seeds.child(number)
      do {
        switch try body(&random) {
        case .accepted: report.accepted += 1
        case .refused: report.refused += 1
        }
      } catch {
        let problem = (error as? Fault)?.description ?? "\(error)"
        if report.failures.count < 20 { report.failures.append("\(name), case \(number): \(problem)") }
      }
    }
    return report
  }

  /// Runs all cases, none of which may go wrong; of the usual ones more than these numbers are taken and refused.
  public func expect(
    accepted: Int, refused: Int, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: (inout Random) throws -> Outcome
  ) {
    let report = run(body)
    #expect(report.failures == [], sourceLocation: sourceLocation)
    #expect(report.accepted + report.refused == count, sourceLocation: sourceLocation)
    guard isUsual else { return }
    #expect(report.accepted > accepted && report.refused > refused, "\(report)", sourceLocation: sourceLocation)
  }
}
