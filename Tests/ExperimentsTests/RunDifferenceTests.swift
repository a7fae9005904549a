import Hosts
import Corpora
import MixtureOfExperts
import Testing
import Training

@testable import Experiments

@Suite("What distinguishes two runs")
struct RunDifferenceTests {
  private func run(_ data: String) throws -> RunConfiguration {
    var run = try sampleRun(.smoe)
    run.data = data
    return run
  }

  @Test("The first setting that differs is named with both values, up to 80 characters each; longer ones by name alone")
  func naming() throws {
    let one = try run("text")
    #expect(try one.difference(from: one) == nil)
    var other = one
    other.training.steps = 30
    #expect(try other.difference(from: one) == "training.steps is 30, expected 10")
    for (count, isShown) in [(79, true), (80, true), (81, false)] {
      let long = String(repeating: "x", count: count)
      let expected = isShown ? "data is \(long), expected text" : "data is another one, expected that of this command"
      #expect(try run(long).difference(from: one) == expected)
      let reverse = isShown ? "data is text, expected \(long)" : "data is another one, expected that of this command"
      #expect(try one.difference(from: run(long)) == reverse)
    }
  }
}
