import Foundation
import TestSupport
import Testing

/// What can be wrong with a file is held in the tests of RunFiles and Training; here every command says it.
@Suite("Wrong checkpoints: one line that names the file, everything intact", .thorough)
struct BadCheckpointTests {
  private let program = Hyperrouter()

  private static let readers = [
    "evaluate --checkpoint", "generate --checkpoint", "trace --text line --checkpoint", "train --resume",
  ]

  @Test("A directory that is missing, a file, or holds no run")
  func directory() throws {
    try program.makeDirectory("empty")
    for command in Self.readers {
      try program.expectFailures(
        status: 66,
        [
          ("\(command) none", "none: found nothing, expected the directory of a run"),
          ("\(command) text.txt", "text.txt: found a file"), ("\(command) empty", "empty: holds no run"),
        ])
    }
  }

  @Test("Weights, a state or a configuration that are missing, cut off, or something else")
  func files() throws {
    try program.train()
    for (name, commands) in [
      ("model.safetensors", Self.readers.dropLast()), ("state.safetensors", Self.readers.suffix(1)),
      ("config.json", Self.readers[...]),
    ] {
      let whole = try program.data("run/\(name)")
      for command in commands {
        for damaged in [whole.prefix(whole.count / 2), Data(), Data("{\"format\": 1}".utf8)] {
          _ = try program.folder.write(damaged, to: "run/\(name)")
          try program.expectFailure("\(command) run", status: 65, "run/\(name)")
        }
        guard name != "config.json" else { continue }
        try program.remove("run/\(name)")
        try program.expectFailure("\(command) run", status: 66, "run/\(name): found no such file")
      }
      _ = try program.folder.write(whole, to: "run/\(name)")
    }
  }

  @Test("Settings in the configuration that no run can have, or that the weights do not have")
  func edited() throws {
    try program.train()
    let whole = try program.data("run/config.json")
    for (path, value, word) in [
      (["model", "layers"], -1, "layers: found -1"), (["model", "layers"], 2, "layers.1"),
      (["model", "heads"], 3, "relative.u"), (["model", "model_width"], 10, "found shape"),
      (["model", "model_width"], 16384, "expected a model of"), (["model", "model_width"], 1e30, "config.json"),
      (["model", "model_width"], 8.5, "config.json"), (["model", "experts"], 3, "k_schedule"),
      (["training", "batch"], 0, "batch"), (["training", "k_schedule"], "linear-increase:2:99", "k_schedule"),
      (["training", "k_schedule"], "sideways:2", "config.json: training.k_schedule"),
      (["model", "router"], "smoe", ".safetensors"), (["model", "router"], 7, "router"),
      (["format"], 2, "config.json: format: found 2, expected 1"),
    ] as [([String], Any, String)] {
      if path.count == 2 {
        try program.edit(path[0], path[1], to: value)
      } else {
        try program.edit(path[0], to: value)
      }
      let before = try program.files("run")
      for command in ["evaluate --checkpoint run", "train --resume run"] {
        try program.expectFailure(command, status: 65, word)
      }
      #expect(try program.files("run") == before)
      _ = try program.folder.write(whole, to: "run/config.json")
    }
  }

  @Test("A configuration larger than its weights, or than this machine's memory: no model is made before that is known")
  func tooLarge() throws {
    try program.train()
    let commands = Self.readers + ["jacobian --checkpoint"]
    try program.edit("model", "expert_width", to: 65536)
    for command in commands {
      try program.expectFailure(
        "\(command) run", status: 65, ".safetensors: found", "expected a model of", "(config.json)")
    }
    try program.edit("model", "model_width", to: 16384)
    try program.edit("model", "experts", to: 4096)
    for command in commands {
      try program.expectFailure("\(command) run", status: 65, "run/config.json", "GB", "this machine's")
    }
  }
}
