import Foundation
import TestSupport
import Testing

@Suite("compare --out, on the directory of a comparison", .thorough)
struct ContinuedComparisonTests {
  private let program = Hyperrouter()

  private static let settings = "--steps 3 --routers smoe,hyperrouter --k 2 \(Hyperrouter.quick)"

  @Test("A finished comparison is printed again, numbers and times, without training")
  func finished() throws {
    let first = try program.succeed("compare --out all --json \(Self.settings)")
    let before = try lasting(program.folder.file("all"))
    let second = try program.succeed("compare --out all --json \(Self.settings)")
    #expect(second.undated == first.undated)
    #expect(second.errors.split(separator: "\n").allSatisfy { $0.hasSuffix("kept from before") })
    #expect(try lasting(program.folder.file("all")) == before)
    // Another k is a question that the kept results do not answer; the models do.
    let other = try program.succeed("compare --out all --json \(Self.settings.replacing("--k 2", with: "--k 1,4"))")
    #expect(try other.json()["routers"].list.map { $0["evaluation"].ints("k") } == [[1, 4], [1, 4]])
    #expect(try program.files("all")["smoe/model.safetensors"] == before["smoe/model.safetensors"])
  }

  @Test("What is lost of a finished comparison is made again: a report, the weights, a whole run")
  func partsLost() throws {
    _ = try program.succeed("compare --out all \(Self.settings)")
    let whole = try lasting(program.folder.file("all"))
    try #require(whole.count == 12)
    for lost in ["results.json", "smoe/results.json", "hyperrouter/model.safetensors", "hyperrouter"] {
      try program.remove("all/\(lost)")
      if lost == "smoe/results.json" { try program.write("{", to: "all/\(lost)") }
      _ = try program.succeed("compare --out all \(Self.settings)")
      #expect(try lasting(program.folder.file("all")) == whole, "\(lost)")
    }
  }

  @Test("Files of another comparison that were copied in are noticed, and made again")
  func foreign() throws {
    _ = try program.succeed("compare --out all \(Self.settings)")
    _ = try program.succeed("compare --out other --dropout 0.3 \(Self.settings)")
    let whole = try lasting(program.folder.file("all"))
    for name in ["results.json", "model.safetensors"] {
      _ = try program.folder.write(program.data("other/smoe/\(name)"), to: "all/smoe/\(name)")
      let again = try program.succeed("compare --out all \(Self.settings)")
      #expect(again.errors.contains("smoe: its results are not those of this model"), "\(again.errors)")
      #expect(again.errors.components(separatedBy: "kept from before").count == 2)
      #expect(try lasting(program.folder.file("all")) == whole, "\(name)")
    }
  }

  @Test("Other settings are refused in one line that names the first difference; nothing is touched")
  func otherSettings() throws {
    _ = try program.succeed("compare --out all \(Self.settings)")
    let before = try program.files("all")
    try program.write(program.text + "and more\n", to: "more.txt")
    for (old, new, word) in [
      ("--steps 3", "--steps 4", "training.steps is 3, expected 4 or a new directory"),
      ("--steps 3", "--steps 3 --dropout 0.5", "model.dropout is 0, expected 0.5"),
      ("text.txt", "more.txt", "data is"),
      ("smoe,hyperrouter", "smoe", "a comparison of smoe, hyperrouter, expected one of smoe or"),
      (
        "smoe,hyperrouter", "hyperrouter,smoe", "a comparison of smoe, hyperrouter, expected one of hyperrouter, smoe"
      ),
    ] {
      let line = Self.settings.replacing(old, with: new)
      try program.expectFailure("compare --out all \(line)", status: 73, "all: already holds", word)
    }
    try program.write(program.text + "and more\n", to: "text.txt")
    try program.expectFailure("compare --out all \(Self.settings)", status: 73, "fingerprint is")
    #expect(try program.files("all") == before)
  }
}
