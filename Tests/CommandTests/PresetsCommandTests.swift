import Corpora
import Experiments
import Foundation
import Hosts
import Testing
import Training

@testable import Command

@Suite("hyperrouter presets")
struct PresetsCommandTests {
  private let program = Hyperrouter()

  /// The symbols of the built-in text.
  private static var vocabulary: Vocabulary {
    get throws { try Vocabulary(of: BuiltinCorpus.standard.make().text, tokenization: .bytes) }
  }

  @Test("The tables hold every preset, its own numbers, and a time that is called an estimate")
  func tables() throws {
    let outcome = try program.succeed("presets --threads 1")
    let lines = outcome.lines
    #expect(outcome.errors.isEmpty && outcome.isNarrow)
    for preset in Preset.allCases {
      let rows = lines.filter { $0.hasPrefix("\(preset.rawValue) ") }
        .map { $0.split(separator: " ").map(String.init) }
      let (sizes, model) = (preset.sizes, try PresetTable.run(preset, try Self.vocabulary).model)
      try #require(rows.count == 2)
      #expect(
        rows[0] == [
          preset.rawValue, "\(sizes.layers)", "\(sizes.modelWidth)", "\(sizes.heads)×\(sizes.headWidth)",
          "\(sizes.expertWidth)", "\(sizes.experts)", "\(sizes.segment)", "\(sizes.memory)", "\(model.trainedCount)",
        ])
      #expect(
        rows[1].prefix(5) == [
          preset.rawValue, "\(sizes.batch)", "\(sizes.steps)", "\(sizes.learningRate)", "\(sizes.dropout)",
        ])
      let operations = try #require(Double(rows[1][5]))
      let run = try PresetTable.run(preset, try Self.vocabulary)
      let counted = (0..<200).reduce(0.0) { sum, index in
        let k = run.training.kSchedule(step: index * run.training.steps / 200, of: run.training.steps)
        let tokens = Double(sizes.batch * sizes.segment)
        return sum + 6 * tokens * model.multiplyAddsPerToken(batch: sizes.batch, k: k) / 200
      }
      #expect(
        abs(operations / (counted * Double(sizes.steps)) - 1) < 0.06, "two digits, and a schedule read in places")
      #expect(rows[1].suffix(2).joined(separator: " ").wholeMatch(of: /[0-9]+ (s|min|h|days)/) != nil)
    }
    let flowing = outcome.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(flowing.contains("estimates") && flowing.contains("V = 80"))
  }

  @Test("--json has the same, and larger presets take longer")
  func json() throws {
    let presets = try program.succeed("presets --threads 1 --json").json()["presets"]
    #expect(presets.strings("name") == Preset.allCases.map(\.rawValue))
    #expect(presets.ints("steps") == Preset.allCases.map(\.sizes.steps))
    let seconds = presets.doubles("estimated_seconds").compactMap { $0 }
    #expect(seconds.count == Preset.allCases.count && seconds == seconds.sorted() && seconds[0] > 0)
  }

  @Test("README's table has the same numbers")
  func readme() throws {
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    for preset in Preset.allCases {
      let row = try #require(readme.split(separator: "\n").first { $0.hasPrefix("| `\(preset.rawValue)` |") })
      let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      let (sizes, count) = (preset.sizes, try PresetTable.run(preset, try Self.vocabulary).model.trainedCount)
      #expect(sizes.segment == sizes.memory, "T and M have one column")
      #expect(
        cells[1..<9] == [
          "\(sizes.layers)", "\(sizes.modelWidth)", "\(sizes.heads)×\(sizes.headWidth)", "\(sizes.expertWidth)",
          "\(sizes.experts)", "\(sizes.segment)", "\(sizes.batch)",
          sizes.steps.formatted(.number.locale(Locale(identifier: "en_US"))),
        ])
      let trained =
        count < 100_000
        ? "\((count + 500) / 1000) thousand"
        : String(format: count < 1_000_000 ? "%.2f million" : "%.1f million", Double(count) / 1e6)
      #expect(cells[9] == trained, "\(preset.rawValue)")
    }
  }

  @Test("Durations are in the largest unit of which there are two, rounded up")
  func durations() {
    let expected: [(Double, String)] = [
      (0, "0 s"), (0.2, "1 s"), (119.5, "120 s"), (120, "2 min"), (121, "3 min"), (7199, "120 min"), (7200, "2 h"),
      (7201, "3 h"), (172_799, "48 h"), (172_800, "2 days"), (1e9, "11575 days"),
    ]
    for (seconds, text) in expected { #expect(RunDuration.text(seconds) == text) }
  }
}
