import Foundation
import TestSupport
import Testing

@Suite("Wrong labelled texts and flags of finetune: one line, nothing written", .thorough)
struct BadLabelledTextTests {
  private let program = Hyperrouter()

  @Test("Rows that are none, labels that are missing, alone or unknown, symbols that the model does not know")
  func rows() throws {
    try program.train("--vocabulary occurring")
    try program.writeRows("rows.tsv")
    // LabelledRows' and ClassificationTask's own tests tell the faults apart.
    let one = String(repeating: "some\tone\n", count: 30)
    let both = "--data rows.tsv --validation rows.tsv"
    for (text, words, flags) in [
      ("", "found an empty file", "--data bad.tsv"), ("some\tone\nline\n", "line 2: found no tab", "--data bad.tsv"),
      (one, "found the label \"one\" alone", "--data bad.tsv"),
      (one + "~\ttwo\n", "byte 0x7E (\"~\") at byte offset 270, line 31", "--data bad.tsv"),
      ("some\tone\nline\ttwo\n", "too short: found 2 rows", "--data bad.tsv"),
      ("some\tone\nline\tthree\n", "line 2: found the label \"three\"", "\(both) --test bad.tsv"),
      ("some\tthree\n", "line 1: found the label \"three\"", "--data rows.tsv --validation bad.tsv"),
    ] {
      try program.write(text, to: "bad.tsv")
      try program.expectFailure("finetune --checkpoint run --out tuned \(flags)", status: 65, "bad.tsv: ", words)
    }
    try program.expectFailure("finetune --checkpoint run --data none.tsv", status: 66, "none.tsv: found no such file")
    try program.expectFailure("finetune --checkpoint run", status: 65, "builtin:dialects: byte 0x")
    #expect(!program.exists("tuned"))
  }

  @Test("Flags that do not go together or do not fit the model")
  func flags() throws {
    try program.train()
    try program.writeRows("rows.tsv")
    let files = try program.files("run")
    for (flags, words) in [
      ("--steps 3 --epochs 2", "--steps: found together with --epochs"), ("--k 5", "--k: found 5"),
      ("--k-schedule constant:5", "--k-schedule: found k up to 5"), ("--conditions frozzen", "did you mean frozen?"),
      ("--epochs 0", "--epochs"), ("--dropout 1", "--dropout"), ("--learning-rate 0", "--learning-rate"),
    ] {
      try program.expectFailure(
        "finetune --checkpoint run --data rows.tsv --out tuned \(flags)", status: 2, words)
    }
    try program.expectFailure(
      "finetune --checkpoint none --test rows.tsv", status: 2, "--test: found with builtin:dialects")
    try program.expectFailure("finetune --data rows.tsv", status: 2, "--checkpoint is missing")
    try program.expectFailure("finetune --checkpoint none", status: 66, "none: found nothing")
    #expect(try program.files("run") == files && !program.exists("tuned"))
    let diverged = try program.run(
      "finetune --checkpoint run --data rows.tsv --learning-rate 1e30 --conditions finetuned --out tuned")
    #expect(diverged.status == 70 && diverged.errorLines.count == 2, "\(diverged.errors)")
    #expect(diverged.errors.contains("finetuned, step") || diverged.errors.contains("finetuned, the loss"))
    #expect(!program.exists("tuned/finetuned/results.json"))
  }

  @Test("A classifier where a language model is expected, and the other way round; a router that sees the future")
  func mistaken() throws {
    try program.train()
    try program.writeRows("rows.tsv")
    let finetune = "finetune --checkpoint run --data rows.tsv --epochs 1 --conditions frozen"
    _ = try program.succeed("\(finetune) --out tuned")
    let before = try program.files("tuned")
    for command in [
      "generate --checkpoint", "train --resume", "train --data text.txt --out new --from", "jacobian --checkpoint",
      "trace --checkpoint", "report", "finetune --data rows.tsv --checkpoint",
    ] {
      try program.expectFailure(
        "\(command) tuned/frozen", status: 65, "tuned/frozen: found a classifier, made by finetune")
    }
    for command in ["generate --checkpoint", "evaluate --checkpoint", "finetune --data rows.tsv --checkpoint"] {
      try program.expectFailure("\(command) tuned", status: 65, "tuned: found a classifier", "tuned/frozen")
    }
    _ = try program.succeed("\(finetune) --seeds 2 --out several")
    try program.expectFailure(
      "generate --checkpoint several", status: 65, "several: found 2 classifiers",
      "several/frozen-1, expected a language model")
    try program.expectFailure(
      "compare --routers smoe --steps 2 \(Hyperrouter.quick) --out tuned", status: 73, "tuned: already holds")
    #expect(try program.files("tuned") == before && !program.exists("new"))
    // A language model's weights in a classifier's place.
    _ = try program.folder.write(program.data("run/model.safetensors"), to: "tuned/frozen/model.safetensors")
    try program.expectFailure(
      "evaluate --checkpoint tuned/frozen", status: 65, "model.safetensors", "no tensor \"classifier.weight\"")
    try program.train("--router expert-choice", into: "future")
    try program.expectFailure(
      "finetune --checkpoint future --data rows.tsv", status: 65, "future: holds a model with router expert-choice")
  }
}
