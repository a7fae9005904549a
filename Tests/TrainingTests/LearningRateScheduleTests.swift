import TestSupport
import Testing

@testable import Training

@Suite("Learning rate")
struct LearningRateScheduleTests {
  @Test("The cosine starts at the peak, passes its half midway and ends at 0")
  func cosine() {
    let schedule = LearningRateSchedule(peak: 2.5e-4)
    let rates = [0, 25, 50, 75, 100, 120].map { schedule(step: $0, of: 100) }
    let expected = [2.5e-4, 2.5e-4 * 0.853_553_390_593_273_8, 1.25e-4, 2.5e-4 * 0.146_446_609_406_726_2, 0, 0]
    #expect(mismatch(rates, expected, absolute: 1e-19, relative: 1e-14) == nil)
  }

  @Test("The cosine ends at the minimum, if there is one, and passes the middle of both midway")
  func minimum() {
    var schedule = LearningRateSchedule(peak: 1e-3)
    schedule.minimum = 2e-4
    let rates = [0, 50, 100].map { schedule(step: $0, of: 100) }
    #expect(mismatch(rates, [1e-3, 6e-4, 2e-4], absolute: 1e-19, relative: 1e-14) == nil)
    schedule.course = .constant
    #expect(schedule(step: 100, of: 100) == 1e-3)
  }

  @Test("Warm-up rises linearly from above 0, and the course begins at the peak after it")
  func warmup() {
    for course in LearningRateSchedule.Course.allCases {
      let schedule = LearningRateSchedule(peak: 1, course: course, warmup: 3)
      #expect((0...3).map { schedule(step: $0, of: 10) } == [0.25, 0.5, 0.75, 1])
    }
  }

  @Test("A constant rate stays")
  func constant() {
    let schedule = LearningRateSchedule(peak: 3, course: .constant)
    #expect((0..<10).allSatisfy { schedule(step: $0, of: 10) == 3 })
  }
}
