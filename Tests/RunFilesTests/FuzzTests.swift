import Foundation
import Tensors
import TestSupport
import Testing

@Suite("The fuzz tests' own machinery")
struct FuzzTests {
  @Test("A case that went wrong is named by its number, with which it can be repeated")
  func failures() {
    var seen: [UInt64] = []
    let report = Fuzz("sample", cases: 10, environment: [:]).run { random in
      seen.append(random.next())
      if seen.count == 4 { throw Fuzz.Fault("the fourth") }
      return seen.count % 2 == 0 ? .accepted : .refused
    }
    #expect(report.accepted == 4 && report.refused == 5)
    #expect(report.failures == ["sample, case 3: the fourth"])
    let again = Fuzz("sample", cases: 10, environment: ["HYPERROUTER_FUZZ": "3-3"]).run { random in
      #expect(random.next() == seen[3])
      return .accepted
    }
    #expect(again.accepted == 1 && again.failures.isEmpty)
    #expect(Set(seen).count == 10)
  }

  @Test("The environment asks for more cases, never for none")
  func environment() {
    func count(_ value: String?) -> Int {
      Fuzz("sample", cases: 7, environment: value.map { ["HYPERROUTER_FUZZ": $0] } ?? [:]).count
    }
    #expect([nil, "", "x", "0", "5-3", "-1"].map(count) == [7, 7, 7, 7, 7, 1])
    #expect(count("12") == 12 && count("5-9") == 5)
    #expect(Fuzz("slow", cases: 7, atMost: 9, environment: ["HYPERROUTER_FUZZ": "1000000"]).count == 9)
  }

  @Test("A trap's last words are the number of the case")
  func trap() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let numbers = [1, 2, 3]
      _ = Fuzz("planted trap", cases: 100, environment: [:]).run { random in
        numbers[random.below(40)] > 0 ? .accepted : .refused
      }
    }
    let words = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(words.contains(/fuzz: the process ended during case \d+ of planted trap\n/), "\(words)")
  }
}
