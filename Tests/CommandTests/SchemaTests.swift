import Foundation
import RunFiles
import TestSupport
import Testing

@testable import Command

@Suite("The JSON of every command is what hyperrouter schema says")
struct SchemaTests {
  private func value(_ text: String) throws -> Any { try JSONSerialization.jsonObject(with: Data(text.utf8)) }

  @Test(
    "Standard output, results, metrics and configuration: every key is described, none is missing, types agree",
    .thorough)
  func outputs() throws {
    try Hyperrouter.use { program in
      func expect(_ line: String, _ name: String) throws {
        let outcome = try program.run(line)
        #expect(outcome.status == 0, "\(line): \(outcome.errors)")
        #expect(schemaFaults(in: try value(outcome.output), as: name, isStamped: true) == [], "\(line)")
      }
      func expectFile(_ path: String, _ name: String, isStamped: Bool = true) throws {
        let found = try value(try program.folder.contents(of: path))
        for one in found as? [Any] ?? [found] {
          #expect(schemaFaults(in: one, as: name, isStamped: isStamped) == [], "\(path)")
        }
      }
      // What a built-in text adds does not depend on the router, but for one without experts.
      for (text, out, routers) in [
        ("text.txt", "one", "smoe,hyperrouter,random,cosine,dense"), ("builtin:dialects", "two", "smoe,dense"),
      ] {
        try expect(
          "compare --routers \(routers) --steps 3 --json --out \(out) \(Hyperrouter.quick.replacing("text.txt", with: text))",
          "comparison")
        try expectFile("\(out)/results.json", "comparison")
        for router in routers.split(separator: ",") {
          try expectFile("\(out)/\(router)/results.json", "run")
          try expectFile("\(out)/\(router)/config.json", "configuration", isStamped: false)
          let kinds = try program.metrics("\(out)/\(router)").map { line in
            let name = line["kind"] as? String == "step" ? "step" : "training_evaluation"
            #expect(schemaFaults(in: line, as: name) == [])
            return name
          }
          #expect(Set(kinds) == ["step", "training_evaluation"])
        }
        try expectFile("\(out)/config.json", "configuration", isStamped: false)
        try expectFile("\(out)/origin.json", "origin", isStamped: false)
      }
      try expect("compare --seeds 2 --routers smoe,dense --steps 2 --json \(Hyperrouter.quick)", "comparison")
      try expect(
        "train --out run --steps 4 --json --weight-decay 0.1 --minimum-learning-rate 1e-5 --patience 9 --evaluate-every 2 "
          + "--router smoe-balanced --balance 0.5 --tokens words \(Hyperrouter.quick)", "training")
      try expectFile("run/results.json", "training")
      try expectFile("run/config.json", "configuration", isStamped: false)
      let quick = Hyperrouter.quick.replacing("--segment 8", with: "--segment 64")
      for text in ["builtin:lists", "builtin:recall", "text.txt --tokens words --vocabulary 30"] {
        let out = "train-\(text.filter(\.isLetter))"
        try expect(
          "train --out \(out) --steps 2 --json --router smoe \(quick.replacing("text.txt", with: text))"
            .replacing("--segment 64", with: text.hasPrefix("text") ? "--segment 8" : "--segment 64"), "training")
        try expect("evaluate --checkpoint \(out) --k 1 --json", "evaluated")
        for line in try program.metrics(out) {
          #expect(schemaFaults(in: line, as: line["kind"] as? String == "step" ? "step" : "training_evaluation") == [])
        }
      }
      try expect("evaluate --checkpoint one/smoe --json", "evaluated")
      try expect("generate --checkpoint one/smoe --length 3 --samples 2 --json", "generated")
      try program.writeRows("rows.tsv")
      try expect(
        "finetune --checkpoint one/smoe --data rows.tsv --epochs 1 --seeds 2 --out tuned --json", "finetuning")
      try expectFile("tuned/results.json", "finetuning")
      try expectFile("tuned/config.json", "classifier", isStamped: false)
      try expectFile("tuned/frozen-2/config.json", "classifier", isStamped: false)
      try expectFile("tuned/frozen-2/results.json", "finetuned")
      try expect("finetune --checkpoint two/dense --epochs 1 --conditions frozen --json", "finetuning")
      try expect("evaluate --checkpoint tuned/scratch-1 --json", "classified")
      try expect("classify --checkpoint tuned/scratch-1 --data text.txt --json", "labelled_lines")
      try expect("evaluate --checkpoint tuned/scratch-1 --data rows.tsv --json", "classified")
      try expect("jacobian --checkpoint one/smoe --json", "jacobian")
      try expect("jacobian --preset smoke --steps 2 --seeds 1 --curve 2 --data text.txt --json", "jacobian")
      try expect("corpus --lines 3 --out x --json", "written_corpus")
      try expect("corpus --lines 3 --json", "written_corpus")
      try expect("corpus --lines 3 --data builtin:lists --json", "written_corpus")
      try expect("trace --json", "trace")
      try expect("presets --json", "presets")
      try expect("trace --checkpoint one/smoe --text line --json", "trace")
      try expect("benchmark --only matmul,kernels,products --preset smoke --quick --json", "benchmark")
      try expect("benchmark --only training,inference,memory --preset smoke --quick --json", "benchmark")
    }
  }

  @Test("A key that is missing, unknown or of another type is a fault")
  func faults() throws {
    func faults(_ text: String) throws -> [String] { schemaFaults(in: try value(text), as: "sample") }
    #expect(try faults(#"{"text":"a","k":2}"#) == [])
    #expect(try faults(#"{"text":"a"}"#) == [".k: missing"])
    #expect(try faults(#"{"text":"a","k":2,"m":1}"#) == [".m: not in the schema"])
    for wrong in [#""2""#, "2.5", "null", "[2]", "{}", "true"] {
      #expect(try faults(#"{"text":"a","k":\#(wrong)}"#).count == 1, "\(wrong)")
    }
    #expect(schemaFaults(in: try value("{}"), as: "sample", isStamped: true).count == 4)
    let pair = #"{"train":"a","validation":null,"test":2}"#
    #expect(schemaFaults(in: try value(pair), as: "classification_data").count == 1)
    let schedule = #"{"peak":1,"warmup":1,"shape":"sine"}"#
    #expect(
      schemaFaults(in: try value(schedule), as: "learning_rate")
        == [#".shape: expected one of "cosine", "constant", found sine"#])
  }

  @Test(
    "Every object has a name of its own, snake_case keys, and is described; nothing is described that is not written")
  func schema() throws {
    let names = Schema.all.map(\.name)
    #expect(names.count > 80 && Set(names).count == names.count)
    for object in Schema.all {
      #expect(object.faults == [] && !object.meaning.isEmpty, "\(object.name): \(object.faults)")
      for field in object.fields {
        #expect(field.key.wholeMatch(of: /[a-z0-9]+(_[a-z0-9]+)*/) != nil, "\(object.name).\(field.key)")
      }
    }
    let common = SchemaObject.meanings(of: Schema.common[...]).keys
    #expect(Set(common).subtracting(Schema.all.flatMap { $0.fields.map(\.key) }) == [])
    try Hyperrouter.use { program in
      let all = try program.run("schema")
      #expect(all.status == 0 && all.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
      for name in names { #expect(all.output.contains("\(name): ")) }
      // What files and output are made of changes on purpose only: after a change, kept again by
      // swift run hyperrouter schema | grep -v '^      ' > Fixtures/schema.txt
      let found = all.output.split(separator: "\n").filter { !$0.hasPrefix("      ") }
      let kept = try String(contentsOfFile: SourceTree.path("Fixtures/schema.txt"), encoding: .utf8)
      let difference = found.difference(from: kept.split(separator: "\n"))
      #expect(difference.isEmpty, "Fixtures/schema.txt: \(difference.insertions), \(difference.removals)")
      let one = try program.run("schema --object difference")
      #expect(one.output.hasPrefix("difference: ") && !one.output.contains("comparison: "))
      try program.expectFailure("schema --object comparisn", status: 2, "did you mean comparison?")
    }
  }

  @Test(
    "Configurations of older versions, in camelCase and with schedules as objects, are read as they were meant",
    .thorough)
  func older() throws {
    try Hyperrouter.use { program in
      try program.train("--router smoe-balanced --balance 0.25")
      let before = try program.run("evaluate --checkpoint run --k 2 --json").object()["evaluation"] as? [[String: Any]]
      let url = URL(fileURLWithPath: program.folder.file("run/config.json"))
      var text = try String(contentsOf: url, encoding: .utf8)
      #expect(text.contains("\"k_schedule\" : \"constant:2\"") && !text.contains("expertWidth"))
      for key in ["expert_width", "model_width", "head_width", "gate_order", "balance_coefficient", "learning_rate"] {
        let parts = key.split(separator: "_")
        text = text.replacing("\"\(key)\"", with: "\"\(parts[0])\(parts[1].capitalized)\"")
      }
      text = text.replacing(
        "\"k_schedule\" : \"constant:2\"", with: #""kSchedule" : {"mode":"constant","minimum":2,"maximum":2}"#)
      try text.write(to: url, atomically: true, encoding: .utf8)
      let after = try program.run("evaluate --checkpoint run --k 2 --json").object()["evaluation"] as? [[String: Any]]
      #expect(after?.first?["loss"] as? Double == before?.first?["loss"] as? Double && before?.count == 1)
      #expect(try program.run("train --resume run").status == 0)
      try program.edit("training", "kSchedule", to: "linear-increase:2")
      try program.expectFailure("evaluate --checkpoint run", status: 65, "config.json", "training.k_schedule")
    }
  }
}
