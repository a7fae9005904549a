import Benchmarks
import Corpora
import Foundation
import MixtureOfExperts
import RunFiles
import Testing
import Training

@testable import Command

@Suite("The defaults that --help prints are the constants of their homes")
struct HelpDefaultsTests {
  private static func text(_ value: Double) -> String { RealInterval.short(value) }

  private static let seed = "\(TrainingOptions.Defaults.seed)"
  private static let threads = "\(ProcessInfo.processInfo.activeProcessorCount)"
  private static let text = ["data": DialectCorpus.name, "tokens": Tokenization.bytes.rawValue]
  private static let ks = "1,2,4,… N"

  /// Flags without a default of their own: a preset's size stands in for each.
  private static let sizes = [
    "layers", "model-width", "heads", "head-width", "expert-width", "experts", "segment", "memory", "dropout", "steps",
    "batch", "top-k", "learning-rate", "clip", "shards",
  ]

  private static let run: [String: String] = text.merging([
    "preset": Preset.standard.rawValue, "gate-order": Configuration.Defaults.gateOrder.rawValue,
    "norm": Configuration.Defaults.norm.rawValue, "attention-dropout": text(Configuration.Defaults.attentionDropout),
    "embedding-width": "d", "hypernetwork-width": "\(HypernetworkSizes.releasedWidth)",
    "hypernetwork-depth": "\(HypernetworkSizes.releasedDepth)",
    "k-schedule": "linear-increase:k:N for smoe-dropout, hyperrouter, hyperrouter-coordinatewise; "
      + "constant:k for the others",
    "learning-rate-course": LearningRateSchedule.defaultCourse.rawValue,
    "warmup": "\(LearningRateSchedule.defaultWarmup)", "seed": seed, "threads": threads,
    "router-scale": InitialScale.release.rawValue, "embedding-scale": InitialScale.release.rawValue,
    "minimum-learning-rate": text(LearningRateSchedule.defaultMinimum),
    "weight-decay": text(TrainingOptions.Defaults.weightDecay),
    "router-learning-rate": text(TrainingOptions.Defaults.routerLearningRate),
  ]) { $1 }.merging(sizes.map { ($0, RunFlags.fromPreset) }) { $1 }

  /// For each command the default of every flag that takes a value; nil where one must be given.
  private static let expected: [String: [String: String?]] = [
    "compare": run.merging([
      "routers": RouterKind.compared.map(\.rawValue).joined(separator: ","), "k": ks, "out": "nothing is written",
      "conditions": Conditions.standard.rawValue, "suite": "one comparison",
      "parts": "all of them; words if there is --data",
      "seeds":
        "\(Comparison.defaultSeeds); \(PaperSuite.defaultSeeds) with --suite paper, \(OpenSuite.defaultSeeds) with --suite open",
      "vocabulary": "all symbols of the text",
      "balance": text(SMoEBalancedRouter<Float>.defaultCoefficient),
    ]) { $1 },
    "train": run.merging([
      "vocabulary": "all symbols of the text", "router": RouterKind.hyperRouter.rawValue, "k": ks,
      "out": "runs/ROUTER-seedN", "resume": "start anew",
      "from": "weights made from --seed", "evaluate-every": "a tenth of the run", "patience": "train to the last step",
      "checkpoint-every": "\(TrainingSession.defaultCheckpointInterval)",
      "log-every": "\(TrainingSession.defaultLogInterval)",
      "balance": text(SMoEBalancedRouter<Float>.defaultCoefficient),
    ]) { $1 },
    "jacobian": run.merging([
      "checkpoint": "train small models first", "steps": "\(JacobianRun.defaultSteps)",
      "seeds": "\(JacobianRun.defaultSeeds)",
      "curve": JacobianRun.defaultCurve.map(String.init).joined(separator: ","),
    ]) { $1 },
    "finetune": [
      "checkpoint": nil, "weights": "last", "data": ClassificationSources.builtin, "validation": "a tenth of --data",
      "test": "a tenth of --data", "k": ks, "out": "nothing is written",
      "conditions": FinetuningCondition.allCases.map(\.rawValue).joined(separator: ","),
      "epochs": "\(Finetuning.Defaults.epochs)", "steps": "what --epochs takes",
      "batch": "\(Finetuning.Defaults.batch)", "learning-rate": FinetuneFlags.fromRun,
      "k-schedule": FinetuneFlags.fromRun,
      "dropout": FinetuneFlags.fromRun, "seed": seed, "seeds": "\(FinetuneFlags.defaultSeeds)", "threads": threads,
    ],
    "evaluate": [
      "checkpoint": nil, "weights": "last", "data": "the text of the run", "split": SplitName.validation.rawValue,
      "k": ks,
      "segment": "as in training", "memory": "as in training", "threads": threads,
    ],
    "generate": [
      "checkpoint": nil, "weights": "last", "prompt": "a line feed, or the vocabulary's first symbol",
      "prompt-file": "--prompt", "length": "\(Generator<Float>.defaultLength)", "stop": "write --length symbols",
      "samples": "1", "sample-from": "all", "top-p": text(Sampling.defaultMass),
      "temperature": text(Sampling.defaultTemperature),
      "k": "the largest k of training", "seed": seed, "threads": threads,
    ],
    "trace": [
      "text": TraceRun.defaultText, "token": "the last but one", "layer": "0",
      "top-k": "\(TraceRun.defaultTopK), or N if that is less", "checkpoint": "a small model made on the spot",
      "experts": "4", "model-width": "6", "expert-width": "5", "embedding-width": "3", "hypernetwork-width": "7",
      "routers": RouterKind.compared.map(\.rawValue).joined(separator: ","),
      "gate-order": Configuration.Defaults.gateOrder.rawValue, "seed": seed,
    ],
    "schema": ["object": "all"],
    "benchmark": [
      "only": "all", "preset": ModelBenchmark.standard.map(\.rawValue).joined(separator: ","), "threads": threads,
      "router": ModelBenchmark.standardRouter.rawValue,
    ],
    "report": ["out": "report.html in the first directory", "jacobian": "no claims about Jacobians"],
    "presets": ["threads": threads], "completion": [:],
    "corpus": [
      "out": "standard output", "data": DialectCorpus.name, "lines": "as many as runs read",
      "seed": "\(BuiltinCorpus.defaultSeed)",
    ],
  ]

  /// The default that a help text prints for each flag that takes a value; nil for one that must be given.
  private static func printed(_ help: String) throws -> [String: String?] {
    var entries: [(name: String, text: String)] = []
    for line in help.split(separator: "\n", omittingEmptySubsequences: false) {
      if let flag = line.firstMatch(of: /^  --([a-z-]+) [^ a-z]/) {
        entries.append((String(flag.1), String(line)))
      } else if line.hasPrefix("   "), let last = entries.indices.last {
        entries[last].text += "\n" + line
      } else if !entries.isEmpty {
        // A heading or a switch ends the entry above it.
        entries.append(("", ""))
      }
    }
    var found: [String: String?] = [:]
    for (name, text) in entries where !name.isEmpty {
      let flowing = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      let status = try #require(flowing.firstMatch(of: /(?:default: (.*)|required)\)$/), "\(flowing)")
      found.updateValue(status.1.map(String.init), forKey: name)
    }
    return found
  }

  @Test("Every command's --help prints the constants, for every flag that takes a value")
  func defaults() throws {
    let commands = Program.hyperrouter(Interruption(), SystemFiles()).commands
    #expect(Set(commands.map(\.name)) == Set(Self.expected.keys))
    try Hyperrouter.use { program in
      for command in commands {
        let found = try Self.printed(program.run("\(command.name) --help").output)
        #expect(found == Self.expected[command.name], "\(command.name)")
        #expect(Set(found.keys) == Set(command.flags.filter { $0.valueName != nil }.map(\.name)))
      }
    }
  }

  @Test("Without flags of its own a run has its preset's sizes and the constants", arguments: Preset.allCases)
  func presets(_ preset: Preset) throws {
    let commands = Program.hyperrouter(Interruption(), SystemFiles()).commands
    let train = try #require(commands.first { $0.name == "train" })
    let options = try Options(["--preset", preset.rawValue], of: train, program: "hyperrouter")
    let sizes = preset.sizes
    let model = try options.configuration(.hyperRouter, vocabulary: 65)
    var expected = Configuration(
      vocabulary: 65, layers: sizes.layers, modelWidth: sizes.modelWidth, heads: sizes.heads,
      headWidth: sizes.headWidth, expertWidth: sizes.expertWidth, experts: sizes.experts, segment: sizes.segment,
      memory: sizes.memory, router: .hyperRouter)
    expected.dropout = sizes.dropout
    #expect(model == expected)
    #expect(
      try options.training(model)
        == TrainingOptions(
          batch: sizes.batch, steps: sizes.steps, learningRate: LearningRateSchedule(peak: sizes.learningRate),
          clip: sizes.clip, kSchedule: preset.kSchedule(for: .hyperRouter, k: sizes.k, experts: sizes.experts),
          seed: TrainingOptions.Defaults.seed, shards: sizes.shards))
  }
}
