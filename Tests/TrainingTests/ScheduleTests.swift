import TestSupport
import Testing

@testable import Training

@Suite("Schedules of k")
struct KScheduleTests {
  @Test(
    "Six steps from 2 to 8 experts, worked out by hand",
    arguments: [
      (KSchedule.Mode.constant, [2, 2, 2, 2, 2, 2, 2]),
      (.linearIncrease, [2, 3, 4, 5, 6, 7, 8]),
      (.linearDecrease, [8, 7, 6, 5, 4, 3, 2]),
      // 6·cos(15°·n) = 6, 5.80, 5.20, 4.24, 3, 1.55, 0
      (.cosineIncrease, [2, 2, 3, 4, 5, 6, 8]),
      (.cosineDecrease, [8, 8, 7, 6, 5, 4, 2]),
      // 6·0.99^(50 n) = 6, 3.63, 2.20, 1.33, 0.80, 0.49, 0.29
      (.exponentialIncrease, [2, 4, 6, 7, 7, 8, 8]),
      // 1, 2, 4, 8, 16 in fifths, and not less than 2, not more than 8
      (.multistepIncrease, [2, 2, 2, 4, 8, 8, 8]),
      (.multistepDecrease, [8, 8, 8, 4, 2, 2, 2]),
    ])
  func byHand(mode: KSchedule.Mode, expected: [Int]) {
    let schedule = KSchedule(mode, 2, 8)
    #expect((0...6).map { schedule(step: $0, of: 6) } == expected)
  }

  @Test(
    "Halves are rounded to the even neighbour, as the release does (D10): 3 of 1500 steps from 2 to 8 differ otherwise")
  func halves() {
    let schedule = KSchedule(.linearIncrease, 2, 8)
    // 6·n/1500 = ½, 1½, 2½, 3½, 4½, 5½ at these steps; Python's round gives 0, 2, 2, 4, 4, 6.
    let steps = [125, 375, 625, 875, 1125, 1375]
    #expect(steps.map { schedule(step: $0, of: 1500) } == [2, 4, 4, 6, 6, 8])
    let falling = KSchedule(.linearDecrease, 2, 8)
    #expect(steps.map { falling(step: $0, of: 1500) } == [8, 6, 6, 4, 4, 2])
    let awayFromZero = (0..<1500).map { 2 + Int((6 * Double($0) / 1500).rounded(.toNearestOrAwayFromZero)) }
    let differing = (0..<1500).filter { schedule(step: $0, of: 1500) != awayFromZero[$0] }
    #expect(differing == [125, 625, 1125])
  }

  @Test("Every mode stays within its bounds and moves one way only", arguments: KSchedule.Mode.allCases)
  func bounds(mode: KSchedule.Mode) {
    for (low, high, steps) in [(1, 1, 7), (1, 16, 1), (1, 16, 1000), (2, 8, 300), (3, 5, 41), (2, 64, 90)] {
      let schedule = KSchedule(mode, low, high)
      let ks = (0...steps).map { schedule(step: $0, of: steps) }
      #expect(ks.allSatisfy { (low...high).contains($0) })
      let isFalling = mode.rawValue.hasSuffix("decrease")
      #expect(ks == ks.sorted(by: isFalling ? { $0 > $1 } : { $0 < $1 }))
    }
  }

  @Test("The exponential schedule shrinks its distance by 0.99 at every 300th of the run exactly")
  func exponentialIntervals() {
    let schedule = KSchedule(.exponentialIncrease, 1, 4096)
    for steps in [300, 600, 1500] {
      var distance = 4095.0
      for interval in 0..<300 {
        let first = interval * steps / 300
        for step in first..<first + steps / 300 {
          #expect(abs(Double(4096 - schedule(step: step, of: steps)) - distance) <= 0.5 + 1e-9)
        }
        distance *= 0.99
      }
    }
  }

  @Test("A multi-step schedule changes exactly where a fifth of the run ends")
  func fifths() {
    let schedule = KSchedule(.multistepIncrease, 1, 16)
    for steps in [5, 10, 50, 1500] {
      for part in 0..<5 {
        #expect(schedule(step: part * steps / 5, of: steps) == 1 << part)
        #expect(schedule(step: (part + 1) * steps / 5 - 1, of: steps) == 1 << part)
      }
    }
  }
}

@Suite("Learning rate")
struct LearningRateScheduleTests {
  @Test(
    "The cosine starts at the peak, passes the middle midway and ends at 0 or at the minimum; a constant rate stays")
  func shapes() {
    func rates(_ shape: LearningRateSchedule.Shape, minimum: Double?, _ steps: [Int]) -> [Double] {
      var schedule = LearningRateSchedule(peak: 1e-3, shape: shape)
      schedule.minimum = minimum
      return steps.map { schedule(step: $0, of: 100) }
    }
    let whole = [1e-3, 1e-3 * 0.853_553_390_593_273_8, 5e-4, 1e-3 * 0.146_446_609_406_726_2, 0, 0]
    let cosine = rates(.cosine, minimum: nil, [0, 25, 50, 75, 100, 120])
    #expect(mismatch(cosine, whole, absolute: 1e-19, relative: 1e-14) == nil)
    let raised = rates(.cosine, minimum: 2e-4, [0, 50, 100])
    #expect(mismatch(raised, [1e-3, 6e-4, 2e-4], absolute: 1e-19, relative: 1e-14) == nil)
    #expect(rates(.constant, minimum: 2e-4, [0, 7, 50, 100]) == [1e-3, 1e-3, 1e-3, 1e-3])
  }

  @Test("Warm-up rises linearly from above 0, and the schedule begins at the peak after it")
  func warmup() {
    for shape in LearningRateSchedule.Shape.allCases {
      let schedule = LearningRateSchedule(peak: 1, shape: shape, warmup: 3)
      #expect((0...3).map { schedule(step: $0, of: 10) } == [0.25, 0.5, 0.75, 1])
    }
  }
}
