import Foundation
import Testing

@testable import Command

@Suite("Progress")
struct ProgressTests {
  let state = ProgressState(
    label: "hyperrouter", step: 450, steps: 1500, bitsPerCharacter: 1.68432, tokensPerSecond: 98_300, secondsLeft: 12.2)

  @Test("At 80 columns everything is on the line")
  func full() {
    let line = state.line(width: 80)
    #expect(line.count == 80)
    #expect(
      line == "hyperrouter  [===          ]   450/1500   1.684 bpc  98.3k tokens/s    13 s left"
    )
    #expect(state.sentence == "hyperrouter: step 450 of 1500, 1.684 bits per character, 98.3k tokens/s, 13 s left")
  }

  @Test("A narrow line leaves out the least important and never exceeds its width")
  func narrow() {
    for width in 0...200 {
      #expect(state.line(width: width).count <= width)
    }
    #expect(state.line(width: 9) == " 450/1500")
    #expect(state.line(width: 60).contains("left"))
    #expect(!state.line(width: 60).contains("tokens/s"))
    #expect(state.line(width: 200).contains("tokens/s"))
  }

  @Test("Nothing measured, nothing to do, and losses that are not finite are shown as they are")
  func extremes() {
    #expect(ProgressState(label: "", step: 0, steps: 0).line(width: 20) == "[             ]  0/0")
    let broken = ProgressState(
      label: "a\nb", step: 9, steps: 3, bitsPerCharacter: .nan, tokensPerSecond: .infinity, secondsLeft: .nan)
    #expect(broken.line(width: 80).contains("nan bpc"))
    #expect(broken.sentence == "a\\nb: step 9 of 3, nan bits per character, ? tokens/s, ? left")
  }

  @Test(
    "Times have one or two units",
    arguments: [
      (0.0, "0 s"), (0.2, "1 s"), (59, "59 s"), (59.5, "1m00s"), (200, "3m20s"), (7500, "2h05m"), (273_600, "3d04h"),
      (-1, "?"), (.infinity, "?"), (.nan, "?"), (1e300, "?"),
    ])
  func durations(seconds: Double, text: String) {
    #expect(ProgressState.duration(seconds) == text)
  }

  @Test(
    "Speeds have three digits",
    arguments: [
      (0.0, "0.0"), (9.96, "10"), (950, "950"), (999.6, "1.00k"), (98_300, "98.3k"), (999_600, "1.00M"),
      (1.25e6, "1.25M"),
      (1e20, "100000000T"), (-1, "?"), (.nan, "?"),
    ])
  func speeds(value: Double, text: String) {
    #expect(ProgressState.abbreviated(value) == text)
  }

  @Test("The rate is that of the last seconds, not of the whole run")
  func recentRate() {
    var rate = RecentRate(time: 0, step: 0)
    #expect(rate.record(time: 0, step: 1) == nil)
    for second in 1...100 { _ = rate.record(time: Double(second), step: second * 10) }
    #expect(rate.record(time: 101, step: 1010) == 10)
    for second in 102...130 { _ = rate.record(time: Double(second), step: 1010 + (second - 101)) }
    #expect(rate.record(time: 131, step: 1040) == 1)
    // A step that takes longer than the window still gives a rate.
    #expect(rate.record(time: 231, step: 1041).map { $0 > 0 && $0 < 0.2 } == true)
  }

  @Test("Of steps that take a millisecond about ten samples a second are kept, those of the window")
  func samples() {
    var rate = RecentRate(time: 0, step: 0, window: 5)
    for step in 1...20_000 { _ = rate.record(time: Double(step) / 1000, step: step) }
    #expect((40...60).contains(rate.samples.count))
    #expect((14.8...15).contains(rate.samples[0].time) && rate.samples.last?.step == 20_000)
  }

  @Test("A terminal gets one line, redrawn at most ten times a second and cleared at the end")
  func live() {
    let errors = CapturedOutput(isTerminal: true, columns: 60)
    let console = Console(output: CapturedOutput(), errors: errors, environment: [:])
    let clock = Clock()
    let line = console.progress("smoe", steps: 1000, tokensPerStep: 100, now: { clock.time })
    for step in 1...1000 {
      clock.time += 0.01
      line.update(step: step, bitsPerCharacter: 4)
    }
    let drawings = errors.text.components(separatedBy: "\r").dropFirst()
    #expect((90...105).contains(drawings.count))
    #expect(drawings.allSatisfy { $0.hasSuffix("\u{1B}[K") && $0.count <= 60 + 3 })
    #expect(drawings.last?.contains("1000/1000") == true)
    line.note("checkpoint written")
    line.finish()
    line.update(step: 1000, bitsPerCharacter: 4)
    #expect(errors.text.contains("\r\u{1B}[Kcheckpoint written\n\r"))
    #expect(errors.text.hasSuffix("\r\u{1B}[K"))
  }

  @Test("A file gets a plain line every ten seconds and at the end")
  func plain() {
    let errors = CapturedOutput()
    let console = Console(output: CapturedOutput(), errors: errors, environment: [:])
    let clock = Clock()
    let line = console.progress("smoe", steps: 250, tokensPerStep: 100, now: { clock.time })
    for step in 1...250 {
      clock.time += 0.1
      line.update(step: step, bitsPerCharacter: 4)
    }
    line.finish()
    let lines = errors.text.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("smoe: step 10") && lines[0].hasSuffix("left"))
    #expect(lines[2] == "smoe: step 250 of 250, 4.000 bits per character, 1.00k tokens/s, 0 s left")
    #expect(!errors.text.contains("\u{1B}") && !errors.text.contains("\r"))
  }

  /// A clock that a test moves.
  final class Clock {
    var time = 0.0
  }
}
