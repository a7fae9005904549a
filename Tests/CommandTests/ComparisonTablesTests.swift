import Foundation
import Testing

@Suite("The tables of compare")
struct ComparisonTablesTests {
  @Test("Every k has its own column of the test part's bits; the last one is that of the k chosen by validation")
  func quality() throws {
    try Hyperrouter.use { program in
      let command = "compare --out all --steps 2 --routers smoe,hyperrouter --k 1,2 \(Hyperrouter.quick)"
      try #require(try program.run(command).status == 0)
      // A finished comparison is printed as it was kept: two steps leave all losses alike, so others are written there.
      try keep(in: program.folder.file("all/smoe/results.json"), bits: [1.25, 2.5], bestK: 2)
      try keep(in: program.folder.file("all/hyperrouter/results.json"), bits: [3.75, 5], bestK: 1)
      let outcome = try program.run(command)
      #expect(outcome.status == 0, "\(outcome.errors)")
      func row(_ router: String) -> [String]? {
        outcome.output.replacing("*", with: "").split(separator: "\n").first { $0.hasPrefix(router + " ") }?
          .split(separator: " ").map(String.init)
      }
      #expect(row("smoe") == ["smoe", "1.250", "2.500", "2.500"])
      #expect(row("hyperrouter") == ["hyperrouter", "3.750", "5.000", "3.750"])
    }
  }

  private func keep(in path: String, bits: [Double], bestK: Int) throws {
    let url = URL(fileURLWithPath: path)
    var object = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any])
    var test = try #require(object["test"] as? [[String: Any]])
    try #require(test.map { $0["k"] as? Int } == [1, 2])
    for (index, bits) in bits.enumerated() { test[index]["loss"] = bits * M_LN2 }
    object["test"] = test
    var validation = try #require(object["evaluation"] as? [[String: Any]])
    for (index, result) in validation.enumerated() {
      validation[index]["loss"] = result["k"] as? Int == bestK ? 1.0 : 2.0
    }
    object["evaluation"] = validation
    object["best_k"] = bestK
    try JSONSerialization.data(withJSONObject: object).write(to: url)
  }
}
