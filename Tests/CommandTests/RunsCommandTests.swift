import Testing

@Suite("hyperrouter runs")
struct RunsCommandTests {
  @Test(
    "A run without --out has a free name; runs lists it with its state and steps; generate and evaluate take the newest"
  )
  func list() throws {
    try Hyperrouter.use { program in
      #expect(try program.succeed("runs").output == "no runs in runs; hyperrouter train makes one\n")
      try program.expectFailure(
        "generate --length 3", status: 66, "runs: holds no trained model, expected --checkpoint DIR")
      for router in ["smoe", "hyperrouter", "smoe"] {
        _ = try program.succeed("train --router \(router) --max-steps 3 \(Hyperrouter.quick)")
      }
      let object = try program.succeed("runs --json").json()
      #expect(schemaFaults(in: object.value, as: "run_list", isStamped: true) == [])
      let runs = object["runs"].list
      #expect(runs.map { $0["path"].string } == ["runs/smoe-seed1-2", "runs/hyperrouter-seed1", "runs/smoe-seed1"])
      #expect(runs.allSatisfy { $0["state"].string == "finished" && $0["text"].string == "text.txt" })
      #expect(
        runs.allSatisfy { $0["finished_steps"].int == 3 && $0["steps"].int == 3 && $0["bits_per_symbol"].double != nil }
      )

      let listed = try program.succeed("runs")
      #expect(listed.isNarrow && listed.lines.count { $0.contains("finished") && $0.contains("text.txt") } == 3)
      for command in ["generate -n 3", "evaluate --k 1"] {
        #expect(try program.succeed(command).errors.hasPrefix("reading runs/smoe-seed1-2, the newest run\n"))
      }
      let named = try program.succeed("evaluate runs/hyperrouter-seed1 --k 1")
      #expect(named.output == (try program.succeed("evaluate --checkpoint runs/hyperrouter-seed1 --k 1")).output)
      #expect(!named.errors.contains("newest"))

      _ = try program.succeed("compare --routers smoe --steps 2 \(Hyperrouter.quick) -o runs/all")
      try program.writeRows("rows.tsv")
      _ = try program.succeed("finetune runs/smoe-seed1 --epochs 1 --conditions frozen --data rows.tsv -o runs/tuned")
      let more = try program.succeed("runs").output
      #expect(more.contains("1 run compared") && more.contains("1 classifier"))
    }
  }
}
