import Foundation
import RunFiles
import TestSupport
import Testing

@Suite("Damaged runs: status 65 and one line, whatever reads them", .thorough)
struct DamagedRunTests {
  private let program = Hyperrouter()

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

  @Test("Weights that are finite and too large to compute with: the command fails inside, status 70")
  func overflow() throws {
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

  /// What is wrong with numbers in a state, Training's tests say case by case.
  @Test("Numbers that no training leaves behind, and a flipped bit, are refused by what reads them")
  func numbers() throws {
    try program.train()
    let whole = try program.files("run")
    func expectRefused(_ name: String, _ words: String, _ commands: [String]) throws {
      let before = try program.files("run")
      for command in commands { try program.expectFailure(command, status: 65, "run/\(name): ", words) }
      #expect(try program.files("run") == before)
      _ = try program.folder.write(try #require(whole[name]), to: "run/\(name)")
    }
    for (file, tensor, value, commands) in [
      ("model.safetensors", "output.bias", -Float.infinity, Self.readers),
      ("model.safetensors", "layers.0.feedForward.experts.weight1", .nan, Self.readers),
      ("state.safetensors", "adam.second.relative.u", .infinity, ["train --resume run"]),
    ] {
      try rewrite(file, program) { name, shape, values in
        if name == tensor { values[values.count / 2] = value }
        return shape
      }
      try expectRefused(file, "\(tensor)\": found \(value)", commands)
    }
    try rewrite("state.safetensors", program) { name, shape, _ in name.hasPrefix("memory.") ? nil : shape }
    try expectRefused("state.safetensors", "found no tensor \"memory.0\"", ["train --resume run"])
    for (name, commands) in [("model.safetensors", Self.readers), ("state.safetensors", ["train --resume run"])] {
      var flipped = try #require(whole[name])
      flipped[flipped.count - flipped.count / 3] ^= 1
      _ = try program.folder.write(flipped, to: "run/\(name)")
      try expectRefused(name, "found contents whose checksum is", commands)
    }
    _ = try program.succeed("train --resume run")
  }

  @Test("A run of an earlier version, without checksums, fingerprint or an absolute path, is read and continued")
  func earlier() throws {
    try program.train()
    let evaluated = try program.run("evaluate --checkpoint run --json").undated
    for name in ["model", "state"] {
      var file = try program.data("run/\(name).safetensors")
      for key in ["\"configuration\":\"", "\"xxh64\":\""] {
        let checksum = try #require(file.range(of: Data(key.utf8)))
        // As many spaces, so that the header keeps its length; a comma stands behind the first key and before the last.
        let length = checksum.count + 18
        let start = checksum.lowerBound - (key.contains("xxh64") ? 1 : 0)
        file.removeSubrange(start..<start + length)
        let end = 8 + Int(file[0]) + Int(file[1]) << 8 + Int(file[2]) << 16
        file.insert(contentsOf: [UInt8](repeating: 0x20, count: length), at: end - length)
      }
      _ = try program.folder.write(file, to: "run/\(name).safetensors")
    }
    try program.edit("data", to: "text.txt")
    try program.edit("fingerprint", to: NSNull())
    #expect(try program.run("evaluate --checkpoint run --json").undated == evaluated)
    #expect(try program.run("train --resume run").status == 0)
    #expect(try program.run("jacobian --checkpoint run").status == 0)
  }

  @Test(
    "A run whose config.json was edited is neither gone on with nor read: its files name the configuration they are of")
  func edited() throws {
    try program.train("--dropout 0.1")
    let kept = try program.folder.contents(of: "run/config.json")
    let edits: [() throws -> Void] = [
      { try program.edit("model", "segment", to: 16) }, { try program.edit("model", "dropout", to: 0.2) },
      { try program.edit("training", "learning_rate", "peak", to: 0.5) },
      { try program.edit("training", "seed", to: 2) }, { try program.edit("training", "clip", to: 9) },
      { try program.edit("training", "steps", to: 40) },
    ]
    for edit in edits {
      try edit()
      try #require(try program.folder.contents(of: "run/config.json") != kept)
      let before = try program.files("run")
      for reader in Self.readers {
        try program.expectFailure(reader, status: 65, "run/model.safetensors: belongs to a config.json with checksum")
      }
      // Of other steps it has other losses, too.
      try program.expectFailure("train --resume run", status: 65, "run/state.safetensors: ")
      try program.expectFailure("report run", status: 65, "run/results.json: ")
      #expect(try program.files("run") == before)
      try program.write(kept, to: "run/config.json")
    }
    _ = try program.succeed("train --resume run --steps 6")
    _ = try program.succeed("train --resume run --steps 8")
  }

  @Test("Results and weights of another run that were copied in are refused")
  func foreign() throws {
    try program.train()
    _ = try program.succeed("train --out other --steps 4 --seed 2 \(Hyperrouter.quick)")
    let own = try program.files("run")
    func copy(_ name: String) throws { _ = try program.folder.write(program.data("other/\(name)"), to: "run/\(name)") }
    try copy("results.json")
    try program.expectFailure("report run", status: 65, "run/results.json: belongs to a config.json")
    _ = try program.folder.write(try #require(own["results.json"]), to: "run/results.json")
    try copy("model.safetensors")
    for command in Self.readers {
      try program.expectFailure(command, status: 65, "run/model.safetensors: belongs to a config.json")
    }
    try program.expectFailure("report run", status: 65, "run/results.json: belongs to weights")
    try copy("state.safetensors")
    try program.expectFailure("train --resume run", status: 65, "run/state.safetensors: belongs to a config.json")
  }

  /// Writes a file of the run again as the official library does: no metadata, perhaps in halves.
  private func saveBare(_ name: String, inHalves: Bool) throws {
    let file = try SafetensorsFile(contentsOf: program.folder.file(name))
    var (fields, data) = ([String](), Data())
    for entry in file.entries {
      let values = try file.scalars(of: entry.name, as: Float.self)
      let bytes =
        inHalves
        ? values.flatMap { [UInt8($0.bitPattern >> 16 & 255), UInt8($0.bitPattern >> 24)] } : [UInt8](entry.bytes)
      let offsets = "\(data.count),\(data.count + bytes.count)"
      fields.append(
        "\"\(entry.name)\":{\"dtype\":\"\(inHalves ? "BF16" : "F32")\",\"shape\":\(entry.shape),\"data_offsets\":[\(offsets)]}"
      )
      data += bytes
    }
    let header = Data("{\(fields.joined(separator: ","))}".utf8)
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    _ = try program.folder.write(Data(length) + header + data, to: name)
  }

  @Test(
    "Weights that another program saved again, without metadata or in halves, are read by all commands",
    arguments: [false, true])
  func savedAgain(inHalves: Bool) throws {
    try program.train()
    try program.writeRows("rows.tsv")
    let loss = try program.succeed("evaluate --checkpoint run --k 2 --json").json()["evaluation"][0]["loss"].double
    try saveBare("run/model.safetensors", inHalves: inHalves)
    let evaluated = try program.succeed("evaluate --checkpoint run --k 2 --json").json()
    #expect(evaluated["step"].isNull)
    let found = try #require(evaluated["evaluation"][0]["loss"].double)
    #expect(inHalves ? abs(found - (loss ?? 0)) < 0.05 : found == loss)
    let finetune = "finetune --checkpoint run --data rows.tsv --epochs 1 --conditions frozen --out tuned"
    for command in [
      "evaluate --checkpoint run", "generate --checkpoint run", "trace --checkpoint run --text some", finetune,
      "train --from run --steps 1 --out next",
    ] { _ = try program.succeed(command) }
    // Rounded, what is frozen is not what the seed gave.
    #expect(try program.run("jacobian --checkpoint run").status == (inHalves ? 1 : 0))
    try saveBare("tuned/frozen/model.safetensors", inHalves: inHalves)
    #expect(try program.succeed("evaluate --checkpoint tuned/frozen --json").json()["step"].isNull)
    let again = try program.succeed(finetune)
    #expect(again.errors.contains("kept from before") != inHalves, "\(again.errors)")
    #expect(again.errors.contains("made again") == inHalves, "\(again.errors)")
  }

  @Test("JSON that ends at 513 open brackets, or nests without end", arguments: [129, 513, 100_000])
  func nesting(count: Int) throws {
    try program.train()
    let brackets = String(repeating: "[", count: count)
    let sound = try program.folder.contents(of: "run/config.json")
    try program.write("{\"a\":\(brackets)", to: "run/config.json")
    for command in Self.readers + ["train --resume run"] {
      try program.expectFailure(
        command, status: 65, "run/config.json: found more than 128 brackets inside one another")
    }
    try program.write(sound, to: "run/config.json")
    try program.write("\(brackets)\n", to: "run/metrics.jsonl")
    try program.expectFailure("train --resume run", status: 65, "run/metrics.jsonl: line 1 cannot be read")
    let header = Data("{\"a\":\(brackets)".utf8)
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    _ = try program.folder.write(Data(length) + header, to: "run/model.safetensors")
    for reader in Self.readers {
      try program.expectFailure(reader, status: 65, "run/model.safetensors: found a header")
    }
  }
}
