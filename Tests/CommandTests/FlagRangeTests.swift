import Foundation
import RunFiles
import Testing

@testable import Command

@Suite("Ranges and defaults of flags that take numbers")
struct FlagRangeTests {
  /// What the flags of a run accept, and what holds without them, in `train`, `compare` and `jacobian` alike.
  private static let run = [
    "layers": "1 to 256, from --preset", "model-width": "2 to 16384, from --preset",
    "heads": "1 to 256, from --preset", "head-width": "1 to 1024, from --preset",
    "expert-width": "1 to 65536, from --preset", "experts": "1 to 4096, from --preset",
    "segment": "1 to 16384, from --preset", "memory": "0 to 65536, from --preset",
    "dropout": "from 0 to below 1, from --preset", "attention-dropout": "from 0 to below 1, 0",
    "embedding-width": "1 to 65536, d", "hypernetwork-width": "1 to 65536, 256", "hypernetwork-depth": "2 to 64, 2",
    "steps": "1 to 1000000000, from --preset", "batch": "1 to 65536, from --preset",
    "top-k": "1 to 4096, from --preset", "learning-rate": "above 0 to 1e+30, from --preset",
    "warmup": "0 to 1000000000, 0", "clip": "above 0 to 1e+30, from --preset", "seed": seed,
    "shards": "1 to 1024, from --preset", "threads": threads, "router-learning-rate": "above 0 to 1e+30, 1",
    "minimum-learning-rate": "from 0 to 1e+30, 0", "weight-decay": "from 0 to 1, 0",
  ]
  private static let seed = "0 to 9223372036854775807, 1"
  private static let threads = "1 to 1024, \(ProcessInfo.processInfo.activeProcessorCount)"
  private static let balance = "from 0 to 1000, 0.01"
  private static let ks = "each 1 to 4096, 1,2,4,… N"

  private static let words = "2 to 2147483647, all symbols of the text"

  private static let expected: [String: [String: String]] = [
    "compare": run.merging([
      "k": ks, "balance": balance, "seeds": "1 to 1000, 1; 5 with --suite paper, 3 with --suite open",
      "vocabulary": words,
    ]) { $1 },
    "train": run.merging([
      "k": ks, "balance": balance, "vocabulary": words, "checkpoint-every": "1 to 1000000000, 500",
      "log-every": "1 to 1000000000, 10",
      "evaluate-every": "1 to 1000000000, a tenth of the run", "patience": "1 to 1000000000, train to the last step",
    ]) { $1 },
    "jacobian": run.merging([
      "steps": "1 to 1000000, 60", "seeds": "1 to 100, 2", "curve": "each 1 to 1024, 1,2,4,8,16,32",
    ]) { $1 },
    "finetune": [
      "k": ks, "epochs": "1 to 100000, 5", "steps": "1 to 1000000000, what --epochs takes", "batch": "1 to 65536, 16",
      "learning-rate": "above 0 to 1e+30, the pretrained run's", "dropout": "from 0 to below 1, the pretrained run's",
      "seed": seed, "seeds": "1 to 1000, 1", "threads": threads,
    ],
    "evaluate": [
      "k": ks, "segment": "1 to 16384, as in training", "memory": "each 0 to 65536, as in training", "threads": threads,
    ],
    "generate": [
      "length": "1 to 100000000, 300", "temperature": "from 0 to 100, 1", "k": "1 to 4096, the largest k of training",
      "seed": seed, "threads": threads, "samples": "1 to 10000, 1", "sample-from": "1 to 1000000, all",
      "top-p": "above 0 to 1, 1",
    ],
    "trace": [
      "token": "0 to 1000000, the last but one", "layer": "0 to 255, 0", "top-k": "1 to 4096, 2, or N if that is less",
      "experts": "1 to 64, 4", "model-width": "2 to 64, 6", "expert-width": "1 to 64, 5",
      "embedding-width": "1 to 64, 3", "hypernetwork-width": "1 to 64, 7", "seed": seed,
    ],
    "benchmark": ["threads": threads], "presets": ["threads": threads],
    "corpus": ["lines": "1 to 10000000, as many as runs read", "seed": seed],
  ]

  @Test("Every number that a command takes has the range and the default that its help states")
  func ranges() {
    let commands = Program.hyperrouter(Interruption(), SystemFiles()).commands
    #expect(Set(commands.map(\.name)).isSuperset(of: Self.expected.keys))
    for command in commands {
      var found: [String: String] = [:]
      for flag in command.flags {
        guard let range = flag.constraint, range.contains(/^(each |from |above )?[0-9]/) else { continue }
        found[flag.name] = "\(range), \(flag.defaultText ?? "required")"
      }
      #expect(found == Self.expected[command.name, default: [:]], "\(command.name)")
    }
  }
}
