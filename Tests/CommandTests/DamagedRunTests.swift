import Foundation
import RunFiles
import TestSupport
import Testing

@Suite("Damaged runs: status 65 and one line, whatever reads them", .thorough)
struct DamagedRunTests {
  /// The commands that load a model, and the one that loads a state.
  private static let readers = ["evaluate --checkpoint run", "generate --checkpoint run", "jacobian --checkpoint run"]

  /// Writes a file of the run again with other numbers and a true checksum.
  private func rewrite(
    _ name: String, _ program: Hyperrouter, _ change: (String, [Int], inout [Float]) -> [Int]?
  ) throws {
    let path = program.folder.file("run/\(name)")
    let file = try SafetensorsFile(contentsOf: path)
    var copy = SafetensorsFile(metadata: file.metadata)
    for entry in file.entries {
      if entry.scalar == .float64 {
        copy.append(entry.name, shape: entry.shape, try file.scalars(of: entry.name, as: Double.self))
        continue
      }
      var values = try file.scalars(of: entry.name, as: Float.self)
      if let shape = change(entry.name, entry.shape, &values) { copy.append(entry.name, shape: shape, values) }
    }
    try copy.write(to: path)
  }

  @Test("Weights that are NaN or infinite", arguments: [Float.nan, .infinity, -.infinity])
  func weights(value: Float) throws {
    try Hyperrouter.use { program in
      try program.train()
      let whole = try program.files("run")
      for name in ["embedding.weight", "layers.0.feedForward.experts.weight1", "output.bias"] {
        try rewrite("model.safetensors", program) { own, shape, values in
          if own == name { values[values.count / 2] = value }
          return shape
        }
        for reader in Self.readers {
          try program.expectFailure(
            reader, status: 65, "run/model.safetensors: tensor \"\(name)\": found \(value) at index", "expected finite")
        }
        try #require(whole["model.safetensors"]).write(
          to: URL(fileURLWithPath: program.folder.file("run/model.safetensors")))
      }
    }
  }

  @Test("Weights that are finite and too large to compute with: the command fails inside, status 70")
  func overflow() throws {
    try Hyperrouter.use { program in
      try program.train()
      try rewrite("model.safetensors", program) { _, shape, values in
        values = values.map { _ in 3e38 }
        return shape
      }
      try program.expectFailure("evaluate --checkpoint run", status: 70, "not finite at k = 1")
      let generated = try program.run("generate --checkpoint run --prompt line")
      #expect(generated.status == 70 && generated.errorLines.count == 2)
      #expect(generated.errors.contains("the scores of the next symbol are not finite"))
    }
  }

  @Test("A state that lacks something, has too much of it, or holds what no training leaves behind")
  func state() throws {
    try Hyperrouter.use { program in
      try program.train()
      let path = program.folder.file("run/state.safetensors")
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      func expectRefused(_ words: String, _ change: (String, [Int], inout [Float]) -> [Int]?) throws {
        try rewrite("state.safetensors", program, change)
        let before = try program.files("run")
        try program.expectFailure("train --resume run", status: 65, "run/state.safetensors: ", words)
        #expect(try program.files("run") == before)
        try whole.write(to: URL(fileURLWithPath: path))
      }
      try expectRefused("found no tensor \"memory.0\"") { name, shape, _ in name.hasPrefix("memory.") ? nil : shape }
      try expectRefused("tensor \"memory.0\": found shape [4, 7, 8], expected [4, 8, 8]") { name, shape, values in
        guard name.hasPrefix("memory.") else { return shape }
        values.removeLast(4 * 8)
        return [4, 7, 8]
      }
      try expectRefused("adam.second.relative.u\": found inf") { name, shape, values in
        if name == "adam.second.relative.u" { values[0] = .infinity }
        return shape
      }
      try expectRefused("adam.first.relative.u\": found nan") { name, shape, values in
        if name == "adam.first.relative.u" { values[0] = .nan }
        return shape
      }
      #expect(try program.run("train --resume run").status == 0)
    }
  }

  @Test("A bit flipped in the numbers of a file is noticed by its checksum")
  func bitFlips() throws {
    try Hyperrouter.use { program in
      try program.train()
      for (name, commands) in [("model", Self.readers), ("state", ["train --resume run"])] {
        let path = program.folder.file("run/\(name).safetensors")
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        for place in [whole.count - 1, whole.count - whole.count / 3] {
          var flipped = whole
          flipped[place] ^= 1
          try flipped.write(to: URL(fileURLWithPath: path))
          for command in commands {
            try program.expectFailure(command, status: 65, "run/\(name).safetensors: found contents whose checksum is")
          }
        }
        try whole.write(to: URL(fileURLWithPath: path))
      }
    }
  }

  @Test("A run of an earlier version, without checksums, fingerprint or an absolute path, is read and continued")
  func earlier() throws {
    try Hyperrouter.use { program in
      try program.train()
      let evaluated = try program.run("evaluate --checkpoint run --json").undated
      for name in ["model", "state"] {
        let path = program.folder.file("run/\(name).safetensors")
        var file = try Data(contentsOf: URL(fileURLWithPath: path))
        let checksum = try #require(file.range(of: Data(",\"xxh64\":\"".utf8)))
        // As many spaces, so that the header keeps its length.
        let length = checksum.count + 17
        file.removeSubrange(checksum.lowerBound..<checksum.lowerBound + length)
        let end = 8 + Int(file[0]) + Int(file[1]) << 8 + Int(file[2]) << 16
        file.insert(contentsOf: [UInt8](repeating: 0x20, count: length), at: end - length)
        try file.write(to: URL(fileURLWithPath: path))
      }
      try program.edit("data", to: "text.txt")
      try program.edit("fingerprint", to: NSNull())
      #expect(try program.run("evaluate --checkpoint run --json").undated == evaluated)
      #expect(try program.run("train --resume run").status == 0)
      #expect(try program.run("jacobian --checkpoint run").status == 0)
    }
  }

  @Test("JSON that ends at 513 open brackets, or nests without end", arguments: [129, 512, 513, 514, 100_000])
  func nesting(count: Int) throws {
    try Hyperrouter.use { program in
      try program.train()
      let brackets = String(repeating: "[", count: count)
      let word = "more than 128 brackets inside one another"
      let configuration = program.folder.file("run/config.json")
      let sound = try program.folder.contents(of: "run/config.json")
      for text in [brackets, "{\"a\":\(brackets)"] {
        try text.write(toFile: configuration, atomically: true, encoding: .utf8)
        for command in Self.readers + ["train --resume run"] {
          try program.expectFailure(command, status: 65, "run/config.json: found \(word)")
        }
      }
      try sound.write(toFile: configuration, atomically: true, encoding: .utf8)
      let metrics = program.folder.file("run/metrics.jsonl")
      try "\(brackets)\n".write(toFile: metrics, atomically: true, encoding: .utf8)
      try program.expectFailure("train --resume run", status: 65, "run/metrics.jsonl: line 1 cannot be read")
      let header = Data("{\"a\":\(brackets)".utf8)
      let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
      try (Data(length) + header).write(to: URL(fileURLWithPath: program.folder.file("run/model.safetensors")))
      for reader in Self.readers {
        try program.expectFailure(reader, status: 65, "run/model.safetensors: found a header")
      }
    }
  }
}
