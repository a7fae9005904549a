import Foundation
import Testing

@Suite("The tables of compare")
struct ComparisonTablesTests {
  private let program = Hyperrouter()

  @Test("Every k has its own column of the test part's bits; the last one is that of the k chosen by validation")
  func quality() throws {
    let command = "compare --out all --steps 2 --routers smoe,hyperrouter --k 1,2 \(Hyperrouter.quick)"
    _ = try program.succeed(command)
    // A finished comparison is printed as it was kept: two steps leave all losses alike, so others are written there.
    try keep(program, in: "all/smoe/results.json", bits: [1.25, 2.5], bestK: 2)
    try keep(program, in: "all/hyperrouter/results.json", bits: [3.75, 5], bestK: 1)
    let outcome = try program.succeed(command)
    func row(_ router: String) -> [String]? {
      outcome.output.replacing("*", with: "").split(separator: "\n").first { $0.hasPrefix(router + " ") }?
        .split(separator: " ").map(String.init)
    }
    #expect(row("smoe") == ["smoe", "1.250", "2.500", "2.500"])
    #expect(row("hyperrouter") == ["hyperrouter", "3.750", "5.000", "3.750"])
  }

  private func keep(_ program: Hyperrouter, in path: String, bits: [Double], bestK: Int) throws {
    var object = try #require(program.json(path).value as? [String: Any])
    func changed(_ key: String, _ loss: (Int, Int?) -> Double) throws {
      object[key] = try #require(object[key] as? [[String: Any]]).enumerated().map { index, result in
        result.merging(["loss": loss(index, result["k"] as? Int)]) { $1 }
      }
    }
    try changed("test") { index, _ in bits[index] * M_LN2 }
    try changed("evaluation") { _, k in k == bestK ? 1.0 : 2.0 }
    object["best_k"] = bestK
    _ = try program.folder.write(JSONSerialization.data(withJSONObject: object), to: path)
  }
}
