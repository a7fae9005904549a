import Testing
import Training

@testable import Command

@Suite("Schedules on the command line")
struct ModeRangeTests {
  typealias Sample = SampleProgram

  @Test("A moving mode takes two integers, the constant one takes one")
  func accepted() throws {
    for schedule in [
      KSchedule(.constant, 2, 2), KSchedule(.linearIncrease, 2, 8), KSchedule(.multistepDecrease, 4, 4),
    ] {
      #expect(try Sample.parse("--k-schedule", "\(schedule)")[Sample.schedule] == schedule)
    }
  }

  @Test(
    "A wrong schedule is refused for its wrong part",
    arguments: [
      ("linear-increse:2:8", "did you mean linear-increase?"),
      ("", "found \"\", expected one of the modes constant, linear-increase"),
      (":", "found \"\" in \":\", expected one of the modes"),
      ("constant", "expected constant:N"),
      ("constant:2:8", "expected constant:N"),
      ("linear-increase:2", "expected linear-increase:MIN:MAX"),
      ("linear-increase:2:8:9", "expected linear-increase:MIN:MAX"),
      ("linear-increase:8:2", "expected linear-increase:MIN:MAX with MIN not above MAX"),
      ("linear-increase:0:2", "found \"0\" in \"linear-increase:0:2\", expected linear-increase:MIN:MAX with integers"),
      ("cosine-decrease:2:99999999999999999999", "found \"99999999999999999999\" in"),
      ("cosine-decrease:2:x", "found \"x\" in \"cosine-decrease:2:x\", expected"),
      ("constant:-1", "found \"-1\" in"),
    ])
  func refused(value: String, fragment: String) {
    let message = Sample.message("--k-schedule=\(value)")
    #expect(message.hasPrefix("--k-schedule: found "))
    #expect(message.contains(fragment), "\(message)")
  }
}
