import Foundation
import TestSupport
import Testing

@Suite("Wrong checkpoints: one line that names the file, everything intact", .thorough)
struct BadCheckpointTests {
  @Test("A directory that is missing, a file, or holds no run")
  func directory() throws {
    try Hyperrouter.use { program in
      try FileManager.default.createDirectory(atPath: program.folder.file("empty"), withIntermediateDirectories: false)
      for command in ["evaluate --checkpoint", "generate --checkpoint", "trace --checkpoint", "train --resume"] {
        try program.expectFailure("\(command) none", status: 66, "none: found nothing, expected the directory of a run")
        try program.expectFailure("\(command) text.txt", status: 66, "text.txt: found a file")
        try program.expectFailure("\(command) empty", status: 66, "empty: holds no run")
      }
    }
  }

  @Test("Weights or a state that are missing, cut off, or something else")
  func files() throws {
    try Hyperrouter.use { program in
      try program.train()
      for (name, commands) in [
        (
          "model.safetensors",
          ["evaluate --checkpoint run", "generate --checkpoint run", "trace --text line --checkpoint run"]
        ),
        ("state.safetensors", ["train --resume run"]),
      ] {
        let path = program.folder.file("run/\(name)")
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        for command in commands {
          for damaged in [whole.prefix(whole.count / 2), whole.prefix(5), Data(), Data("PK not safetensors".utf8)] {
            try damaged.write(to: URL(fileURLWithPath: path))
            try program.expectFailure(command, status: 65, "run/\(name)")
          }
          try FileManager.default.removeItem(atPath: path)
          try program.expectFailure(command, status: 66, "run/\(name): found no such file")
          try whole.write(to: URL(fileURLWithPath: path))
        }
      }
    }
  }

  @Test("A configuration that is not one")
  func configuration() throws {
    try Hyperrouter.use { program in
      try program.train()
      let path = program.folder.file("run/config.json")
      for damaged in ["", "{", "[]", "{}", "null", "{\"format\": 1}", "\u{0}"] {
        try damaged.write(toFile: path, atomically: true, encoding: .utf8)
        for command in [
          "evaluate --checkpoint run", "generate --checkpoint run", "trace --checkpoint run", "train --resume run",
        ] {
          try program.expectFailure(command, status: 65, "run/config.json")
        }
      }
    }
  }

  /// A value of config.json, and a word that the refusal contains.
  struct Edit: Sendable {
    let group: String
    let key: String
    let value: Double
    let word: String
  }

  private static let edits = [
    Edit(group: "model", key: "layers", value: -1, word: "layers: found -1"),
    Edit(group: "model", key: "layers", value: 2, word: "layers.1"),
    Edit(group: "model", key: "heads", value: 0, word: "heads: found 0"),
    Edit(group: "model", key: "heads", value: 3, word: "relative.u"),
    Edit(group: "model", key: "model_width", value: 9, word: "even"),
    Edit(group: "model", key: "model_width", value: 10, word: "found shape"),
    Edit(group: "model", key: "model_width", value: 16384, word: "expected a model of"),
    Edit(group: "model", key: "model_width", value: 1e12, word: "model_width: found 1000000000000"),
    Edit(group: "model", key: "model_width", value: 1e30, word: "config.json"),
    Edit(group: "model", key: "model_width", value: 8.5, word: "config.json"),
    Edit(group: "model", key: "experts", value: 0, word: "experts: found 0"),
    Edit(group: "model", key: "experts", value: 3, word: "k_schedule"),
    Edit(group: "model", key: "experts", value: 5, word: "found shape"),
    Edit(group: "model", key: "expert_width", value: -6, word: "expert_width"),
    Edit(group: "model", key: "segment", value: 0, word: "segment"),
    Edit(group: "model", key: "memory", value: -1, word: "memory"),
    Edit(group: "model", key: "vocabulary", value: 3, word: "vocabulary"),
    Edit(group: "model", key: "hypernetwork_width", value: 0, word: "hypernetwork_width"),
    Edit(group: "model", key: "dropout", value: 2, word: "dropout: found 2"),
    Edit(group: "training", key: "batch", value: 0, word: "batch"),
    Edit(group: "training", key: "steps", value: -4, word: "steps"),
    Edit(group: "training", key: "shards", value: 0, word: "shards"),
    Edit(group: "training", key: "clip", value: 0, word: "clip"),
  ]

  @Test("Sizes in the configuration that no run can have, or that the weights do not have")
  func edited() throws {
    try Hyperrouter.use { program in
      try program.train()
      let whole = try program.files("run")
      let path = program.folder.file("run/config.json")
      for edit in BadCheckpointTests.edits {
        try program.edit(edit.group, edit.key, to: edit.value)
        let before = try program.files("run")
        for command in ["evaluate --checkpoint run", "train --resume run"] {
          try program.expectFailure(command, status: 65, edit.word)
        }
        #expect(try program.files("run") == before)
        try #require(whole["config.json"]).write(to: URL(fileURLWithPath: path))
      }
    }
  }

  @Test("Schedules and names in the configuration that do not exist")
  func schedules() throws {
    try Hyperrouter.use { program in
      try program.train()
      for schedule in ["linear-increase:0:4", "linear-increase:3:2", "linear-increase:2:99"] {
        try program.edit("training", "k_schedule", to: schedule)
        try program.expectFailure("train --resume run", status: 65, "k_schedule", "config.json")
      }
      for schedule in ["sideways:2", "constant", "constant:2:4", "constant:two", "linear-increase:2", ""] {
        try program.edit("training", "k_schedule", to: schedule)
        try program.expectFailure("train --resume run", status: 65, "config.json: training.k_schedule")
      }
      try program.edit("training", "k_schedule", to: "constant:2")
      try program.edit("model", "router", to: "smoe")
      try program.expectFailure("evaluate --checkpoint run", status: 65, "model.safetensors", "router")
      try program.edit("model", "router", to: 7)
      try program.expectFailure("evaluate --checkpoint run", status: 65, "config.json", "router")
      try program.edit("format", to: 2)
      try program.edit("model", "router", to: "hyperrouter")
      try program.expectFailure("evaluate --checkpoint run", status: 65, "config.json: format: found 2, expected 1")
    }
  }

  @Test("A configuration larger than its weights, or than this machine's memory: no model is made before that is known")
  func tooLarge() throws {
    try Hyperrouter.use { program in
      try program.train()
      try program.edit("model", "expert_width", to: 65536)
      for command in [
        "evaluate --checkpoint run", "generate --checkpoint run", "train --resume run", "jacobian --checkpoint run",
        "trace --text line --checkpoint run",
      ] {
        try program.expectFailure(command, status: 65, ".safetensors: found", "expected a model of", "(config.json)")
      }
      try program.edit("model", "model_width", to: 16384)
      try program.edit("model", "expert_width", to: 65536)
      try program.edit("model", "experts", to: 4096)
      for command in [
        "evaluate --checkpoint run", "generate --checkpoint run", "train --resume run", "jacobian --checkpoint run",
        "trace --text line --checkpoint run",
      ] {
        try program.expectFailure(command, status: 65, "run/config.json", "GB", "this machine's")
      }
    }
  }
}
