import Foundation
import MixtureOfExperts
import RunFiles
import Testing
import Training

@testable import Command

@Suite("A flag that sets what a run is asked to be")
struct FlagSettingTests {
  /// The commands that take the flags of a run.
  static let commands = Program.hyperrouter(Interruption(), SystemFiles()).commands
    .filter { ["train", "compare", "jacobian"].contains($0.name) }

  /// Everything that a command line asks for: the run of a router that heeds all flags, and what is asked beside it.
  private func asked(_ words: [String], of command: Command) throws -> String {
    let settings = try Options(words, of: command, program: "hyperrouter").settings
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let runs = try [RouterKind.hyperRouter, .smoeBalanced].map { router in
      String(decoding: try encoder.encode(settings.configuration(router)), as: UTF8.self)
    }
    return
      "\(runs) \(settings.threads) \(settings.evaluationKs ?? []) \(settings.vocabularySize.debugDescription) \(settings.data) "
      + (settings[\.tokens] ?? .bytes).rawValue
  }

  /// A value that is no flag's default.
  private func other(than flag: any DeclaredFlag) throws -> String? {
    if case .one(let names) = flag.completion { return names.last { $0 != flag.defaultText } }
    if flag.name == "data" { return "/text.txt" }
    return switch flag.valueName {
    case nil: nil
    case "N": "\((flag.constraint?.prefix { $0 != " " }).flatMap { Int($0) }.map { $0 + 2 } ?? 0)"
    case "N,N,…": "3"
    case "MODE:MIN:MAX": "constant:3"
    default: "0.5"
    }
  }

  @Test("changes it; given its default it changes nothing", arguments: commands.map(\.name))
  func changes(_ name: String) throws {
    let command = try #require(Self.commands.first { $0.name == name })
    let plain = try asked([], of: command)
    for flag in command.flags where flag.isSetting {
      let words = ["--\(flag.name)"] + (try other(than: flag).map { [$0] } ?? [])
      #expect(try asked(words, of: command) != plain, "\(words)")
      // Words for what holds without it are a path, too.
      guard flag.completion != .file(or: []), let value = flag.defaultText, flag.valueName != nil,
        (try? flag.read(value)) != nil
      else { continue }
      #expect(try asked(["--\(flag.name)", value], of: command) == plain, "--\(flag.name) \(value)")
    }
  }

  @Test("Without flags a run has its preset's sizes and the constants of their homes", arguments: Preset.allCases)
  func presets(_ preset: Preset) throws {
    let train = try #require(Self.commands.first { $0.name == "train" })
    let settings = try Options(["--preset", preset.rawValue], of: train, program: "hyperrouter").settings
    let run = try settings.configuration(.hyperRouter)
    let sizes = preset.sizes
    var expected = Configuration(
      vocabulary: 1, layers: sizes.layers, modelWidth: sizes.modelWidth, heads: sizes.heads,
      headWidth: sizes.headWidth, expertWidth: sizes.expertWidth, experts: sizes.experts, segment: sizes.segment,
      memory: sizes.memory, router: .hyperRouter)
    expected.dropout = sizes.dropout
    #expect(run.model == expected)
    #expect(
      run.training
        == TrainingOptions(
          batch: sizes.batch, steps: sizes.steps, learningRate: LearningRateSchedule(peak: sizes.learningRate),
          clip: sizes.clip, kSchedule: preset.kSchedule(grows: true, from: sizes.k, experts: sizes.experts),
          seed: TrainingOptions.Defaults.seed, shards: sizes.shards))
  }
}
