import Foundation
import Testing

@testable import Benchmarks

@Suite("Timing")
struct TimingTests {
  @Test("A timing is a median, and its spread the distance of the quartiles over it")
  func quartiles() {
    let timing = Timing([5, 1, 3, 2, 4])
    #expect(timing.median == 3)
    #expect(timing.spread == 2.0 / 3)
  }

  @Test("After one run that does not count, work is run as often as asked for, and on until the budget is spent")
  func runs() {
    for (atLeast, expected) in [(0, 1), (1, 1), (4, 4)] {
      var prepared: [Int] = []
      var runs = 0
      _ = Timing(atLeast: atLeast, budget: 0, before: { prepared.append($0) }) { runs += 1 }
      #expect(runs == expected + 1 && prepared == Array(0..<expected))
    }
    // What takes no time is run many times; what takes 10 ms at least, no more often than the budget allows.
    var runs = 0
    _ = Timing(atLeast: 1, budget: 0.01) { runs += 1 }
    #expect(runs > 10)
    runs = 0
    let timing = Timing(atLeast: 1, budget: 0.03) {
      usleep(10_000)
      runs += 1
    }
    #expect((2...4).contains(runs) && timing.median >= 0.01)
  }

  @Test("What comes before a run takes none of its time")
  func preparation() {
    let timing = Timing(atLeast: 3, budget: 0, before: { _ in usleep(50_000) }) {}
    #expect(timing.median < 0.05)
  }
}
