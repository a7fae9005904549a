import Foundation
import TestSupport
import Testing

@Suite("hyperrouter finetune", .thorough)
struct FinetuneCommandTests {
  private let program = Hyperrouter()

  private static let quick = "finetune --checkpoint run --data rows.tsv --epochs 2"

  /// A pretrained model in `run` and labelled texts in `rows.tsv`.
  private func pretrain(_ flags: String = "") throws {
    try program.train(flags)
    try program.writeRows("rows.tsv")
  }

  @Test("--json has every condition, seed and k, chance beside; the same bits for any number of threads, kept or not")
  func json() throws {
    try pretrain("--dropout 0.1")
    func object(_ flags: String) throws -> JSONValue {
      try program.succeed("\(Self.quick) --seeds 2 --json \(flags)").json()
    }
    let one = try object("--threads 1")
    let task = one["task"]
    #expect(task["labels"].value as? [String] == ["one", "two"] && task["ceiling"].isNull)
    #expect(["training_texts", "validation_texts", "test_texts"].map { task[$0].int } == [32, 4, 4])
    #expect(task["chance"].double == 0.5)
    let classifiers = one["classifiers"]
    let conditions = ["finetuned", "scratch", "frozen"]
    #expect(classifiers.strings("condition") == conditions + conditions)
    #expect(classifiers.ints("seed") == [1, 1, 1, 2, 2, 2])
    for one in classifiers.list {
      #expect(one["test"].ints("k") == [1, 2, 4] && one["epochs"].ints("step") == [2, 4])
    }
    #expect(one["summary"]["accuracies"].list.count == 3 * 4 && one["summary"]["differences"].list.count == 3 * 3)
    #expect(!program.exists("runs"))
    let kept = try object("--threads 3 --out kept")
    #expect(kept["classifiers"].value as? NSArray == classifiers.value as? NSArray)
    #expect(classifiers[0]["test"].doubles("loss") != classifiers[3]["test"].doubles("loss"))
  }

  @Test("The built-in task says chance and ceiling; a table has a row for each condition")
  func builtin() throws {
    let quick = Hyperrouter.quick.replacing("text.txt", with: "builtin:dialects")
    _ = try program.succeed("train --out run --steps 2 \(quick)")
    let outcome = try program.succeed("finetune --checkpoint run --epochs 1 --k 1,4")
    let lines = outcome.lines
    #expect(outcome.isNarrow && lines[0] == "builtin:dialects: 8 labels")
    #expect(outcome.output.contains("texts longer than T + M = 16, of which the last 16 are read: 2500"))
    for (name, cells) in [("finetuned", 5), ("scratch", 5), ("frozen", 5), ("chance", 2), ("ceiling", 2)] {
      let row = lines.first { $0.hasPrefix("\(name) ") && !$0.contains("−") }
      #expect(row?.split(separator: " ").count == cells, "\(row ?? name)")
    }
    #expect(lines.contains { $0.hasPrefix("finetuned − scratch") })
  }

  @Test("What is kept is gone on with by the same command, with the same bits; another command is refused")
  func continued() throws {
    try pretrain()
    let first = try program.succeed("\(Self.quick) --out tuned")
    let whole = try program.files("tuned")
    #expect(whole.count == 2 + 3 * 3)
    // As a kill leaves it: one finished, one with a model and no results, one not begun.
    for name in ["results.json", "scratch/results.json", "frozen"] { try program.remove("tuned/\(name)") }
    let second = try program.succeed("\(Self.quick) --out tuned")
    #expect(second.output == first.output && second.errors.components(separatedBy: "kept from before").count == 2)
    let kept = try program.files("tuned")
    #expect(Set(kept.keys) == Set(whole.keys))
    for (name, data) in whole where !name.hasSuffix("results.json") { #expect(kept[name] == data, "\(name)") }
    for (flags, words) in [
      ("--learning-rate 1e-3", "training.learning_rate.peak"), ("--batch 4", "training.batch"),
      ("--seeds 2", "with seed 1, expected one of finetuned, scratch, frozen with seeds 1, 2"),
      ("--conditions frozen", "expected one of frozen with seed 1"),
    ] {
      try program.expectFailure("\(Self.quick) --out tuned \(flags)", status: 73, "tuned: already holds", words)
    }
    try program.writeRows("rows.tsv", count: 50)
    try program.expectFailure("\(Self.quick) --out tuned", status: 73, "fingerprint")
    try program.expectFailure("\(Self.quick) --out run", status: 73, "run: already holds a run")
    #expect(try program.files("tuned") == kept)
  }

  @Test("What was kept of other pretrained weights is refused; another finetuning's files are made again")
  func otherWeights() throws {
    try pretrain()
    _ = try program.succeed("\(Self.quick) --out tuned")
    _ = try program.succeed("\(Self.quick) --out other --learning-rate 0.01")
    let whole = try lasting(program.folder.file("tuned"))
    for name in ["results.json", "model.safetensors"] {
      let foreign = try program.data("other/finetuned/\(name)")
      try #require(foreign != whole["finetuned/\(name)"])
      _ = try program.folder.write(foreign, to: "tuned/finetuned/\(name)")
      let again = try program.succeed("\(Self.quick) --out tuned")
      #expect(again.errors.contains("finetuned: its results are not those of this model"), "\(again.errors)")
      #expect(try lasting(program.folder.file("tuned")) == whole)
    }
    try program.remove("run")
    try program.train("--seed 5")
    let before = try program.files("tuned")
    try program.expectFailure("\(Self.quick) --out tuned", status: 73, "tuned: already holds", "pretrained.checksum is")
    #expect(try program.files("tuned") == before)
  }

  @Test("evaluate finds of a kept classifier what finetune reported, on its own data and on the same file")
  func evaluated() throws {
    try pretrain()
    // One is more frequent in training, two in the test.
    func write(_ ones: Int, _ twos: Int, to name: String) throws {
      let labels = Array(repeating: "one", count: ones) + Array(repeating: "two", count: twos)
      try program.write(labels.enumerated().map { "some line \($0 % 7)\t\($1)\n" }.joined(), to: name)
    }
    try write(40, 20, to: "rows.tsv")
    try write(6, 18, to: "test.tsv")
    _ = try program.succeed("\(Self.quick) --test test.tsv --out tuned")
    for name in ["finetuned", "scratch", "frozen"] {
      let kept = try program.json("tuned/\(name)/results.json")
      for (flags, chance) in [("--split test", 0.25), ("--data test.tsv", 0.75)] {
        let object = try program.succeed("evaluate --checkpoint tuned/\(name) \(flags) --json").json()
        let found = object["classification"]
        #expect(found.doubles("loss") == kept["test"].doubles("loss") && found.ints("texts") == [24, 24, 24])
        #expect(object["chance"].double == chance, "\(flags)")
        #expect(object["step"].int == kept["chosen_step"].int)
      }
    }
    for (flags, source, chance) in [
      ("--data test.tsv", "test.tsv", "these texts' most frequent label: 75.0 %"),
      ("--split test", "test.tsv, test part", "training's most frequent label: 25.0 %"),
    ] {
      let text = try program.succeed("evaluate --checkpoint tuned/frozen \(flags) --k 2")
      #expect(text.output.contains("on 24 texts of \(source)") && text.output.contains("always \(chance)"))
    }
    let evaluate = "evaluate --checkpoint tuned/frozen"
    try program.expectFailures(
      status: 2,
      [
        ("\(evaluate) --data test.tsv --split test", "--split: found with --data"),
        ("\(evaluate) --no-memory", "--no-memory: found with a classifier"), ("\(evaluate) --k 5", "--k: found 5"),
      ])
    try program.writeRows("rows.tsv", count: 50)
    try program.expectFailure(evaluate, status: 65, "rows.tsv: is not the text")
  }

  @Test("Who says it in a play: the speakers of its last tenth, and the answers to each one's speeches")
  func speakers() throws {
    let speech = (0..<60).map { "\(["ANNA", "BOB"][$0 % 2]):\n\(["some", "again"][$0 % 2]) line \($0 % 7)\n\n" }
      .joined()
    let play = String(repeating: "some letters, again\n", count: speech.utf8.count * 9 / 20 + 9) + "\n" + speech
    try program.write(play, to: "play.txt")
    _ = try program.succeed("train --out run --steps 4 \(Hyperrouter.quick.replacing("text.txt", with: "play.txt"))")
    let outcome = try program.succeed(
      "finetune --checkpoint run --data speakers:play.txt --epochs 2 --conditions finetuned --out tuned")
    #expect(outcome.lines[0] == "play.txt: 2 labels" && outcome.isNarrow)
    #expect(outcome.output.contains("on the test part: rows are true labels, columns predicted"))
    #expect(outcome.lines.contains { $0.hasPrefix("1 ANNA ") } && outcome.lines.contains { $0.hasPrefix("2 BOB ") })
    let confusion = try program.json("tuned/finetuned/results.json")["confusion"]
    #expect(confusion["counts"].list.count == 2 && confusion["accuracies"].list.count == 2)
    try program.expectFailures(
      status: 65,
      [
        ("finetune --checkpoint run --data speakers:text.txt", "text.txt: found 0 speakers with at least 10 speeches"),
        ("evaluate --checkpoint tuned/finetuned --data speakers:text.txt", "text.txt: found 0 speakers"),
      ])
    try program.expectFailure("finetune --checkpoint run --data speakers:none", status: 66, "none: found no such file")
    #expect(try program.run("evaluate --checkpoint tuned/finetuned --data speakers:play.txt --k 2").status == 0)
  }

  @Test("classify labels lines, from a file or standard input, each as if it stood alone")
  func classify() throws {
    try pretrain("--vocabulary occurring")
    _ = try program.succeed("\(Self.quick) --conditions finetuned,frozen --out tuned")
    let lines = ["some line 3", "a", "again", "some letters, again some letters", "again line 5"]
    try program.write(lines.joined(separator: "\n") + "\n\n\nline\n", to: "lines.txt")
    let command = "classify --checkpoint tuned/finetuned"
    let found = try program.succeed("\(command) --data lines.txt")
    #expect(try program.run(command, input: "lines.txt").output == found.output)
    #expect(found.errors.contains("empty lines, which have no label: 2\n"))
    #expect(found.errors.contains("lines longer than T + M = 16, of which the last 16 are read: 1\n"))
    let rows = found.lines.map { $0.split(separator: "\t").map(String.init) }
    #expect(rows.map { $0[2] } == lines + ["line"])
    #expect(rows.allSatisfy { ["one", "two"].contains($0[0]) && (Double($0[1]) ?? 0) >= 0.5 })
    for (line, row) in zip(lines, found.lines) {
      try program.write(line, to: "one.txt")
      #expect(try program.succeed("\(command) --data one.txt").lines == [row])
    }
    let object = try program.succeed("\(command) --data lines.txt --json").json()
    #expect(
      object["lines"].ints("line") == [1, 2, 3, 4, 5, 8] && object["empty"].int == 2 && object["truncated"].int == 1)
    #expect(object["lines"].strings("label") == rows.map { $0[0] })
    try program.write("some\n~\n", to: "bad.txt")
    try program.write("\n\n\n", to: "empty.txt")
    try program.expectFailures(
      status: 65,
      [
        ("\(command) --data bad.txt", "bad.txt: byte 0x7E (\"~\") at byte offset 5, line 2"),
        ("\(command) --data empty.txt", "empty.txt: found 3 empty lines"), (command, "standard input: found nothing"),
        ("classify --checkpoint run --data lines.txt", "run: found a language model, expected a classifier"),
        ("classify --checkpoint tuned --data lines.txt", "tuned: found 2 classifiers, made by finetune, such as"),
      ])
    try program.expectFailure("\(command) --data none.txt", status: 66, "none.txt: found no such file")
    try program.expectFailure("classify --checkpoint none", status: 66, "none: found nothing")
    try program.expectFailure("\(command) --data lines.txt --k 5", status: 2, "--k: found 5")
  }

  @Test("What is decided about a file is said, texts of each label are counted, and so are those beyond T + M symbols")
  func said() throws {
    try pretrain()
    let rows = try program.folder.contents(of: "rows.tsv")
    try program.write("Sentence\tkind\n" + rows + "some letters, again some letters\tone\n", to: "rows.tsv")
    let outcome = try program.succeed("\(Self.quick) --conditions scratch")
    #expect(outcome.errors.contains("rows.tsv: the first line names the columns: \"Sentence\", \"kind\"\n"))
    #expect(outcome.output.contains("  texts of each label to train on: one: 17, two: 16\n"))
    #expect(outcome.output.contains("texts longer than T + M = 16, of which the last 16 are read: 1\n"))
  }

  @Test("CSV with a byte-order mark, labels first and blanks behind them is read as the same rows between tabs are")
  func asPeopleHaveThem() throws {
    try pretrain()
    let lines = try program.folder.contents(of: "rows.tsv").split(separator: "\n").map { $0.split(separator: "\t") }
    let csv = lines.map { "\($0[1]) ,\"\($0[0])\"\r\n" }.joined()
    try program.write("\u{FEFF}category,text\r\n" + csv, to: "rows.csv")
    func losses(_ name: String) throws -> (found: [Double?], errors: String) {
      let outcome = try program.succeed(
        "finetune --checkpoint run --data \(name) --epochs 1 --conditions frozen --out \(name)-tuned --json")
      return (try outcome.json()["classifiers"][0]["test"].doubles("loss"), outcome.errors)
    }
    let (plain, found) = (try losses("rows.tsv"), try losses("rows.csv"))
    #expect(plain.found == found.found && !found.found.isEmpty)
    for words in ["byte-order mark", "read as CSV", "blanks at the ends", "first column has the labels"] {
      #expect(found.errors.contains("rows.csv: ") && found.errors.contains(words) && !plain.errors.contains(words))
    }
    let evaluated = try program.succeed("evaluate --checkpoint rows.csv-tuned/frozen --data rows.csv --k 2")
    #expect(evaluated.errors.contains("rows.csv: read as CSV"))
    try program.write("\u{FEFF}some line\n", to: "lines.txt")
    let classified = try program.succeed("classify --checkpoint rows.csv-tuned/frozen --data lines.txt")
    #expect(classified.errors.contains("byte-order mark") && classified.output.hasSuffix("\tsome line\n"))
  }
}
