import Testing
import TransformerXL

/// The whole model against numbers of another framework, `Fixtures/model.*.safetensors`.
@Suite("Golden models")
struct GoldenModelTests {
  static let names = (try? GoldenFile.names(beginningWith: "model.")) ?? []

  @Test("All golden models are found")
  func allFilesAreFound() {
    #expect(Self.names.count == 17)
  }

  @Test("A model's weights have the names and shapes of checkpoints", arguments: names)
  func weightsHaveTheirNames(name: String) throws {
    let golden = try GoldenModel<Double>(name)
    let own = golden.model.parameters.map(\.name) + golden.model.frozen.map(\.name)
    #expect(own.count == Set(own).count)
    #expect(Set(own) == Set(golden.storedWeights))
  }

  @Test("Logits, loss, states, memory, routing and every gradient equal those of another framework", arguments: names)
  func everythingAgrees(name: String) throws {
    let golden = try GoldenModel<Double>(name)
    let memory = try golden.check("", memory: try golden.memory(), tolerance: 1e-10)
    if try golden.file.number("segments") == 2 {
      _ = try golden.check("second.", memory: memory, tolerance: 1e-10)
    }
  }

  @Test(
    "In single precision they agree to single precision",
    arguments: [
      "model.hyperrouter.softmax-topk.two-segments", "model.smoe.topk-softmax", "model.hyperrouter.topk-softmax.pre",
    ])
  func singlePrecisionAgrees(name: String) throws {
    let golden = try GoldenModel<Float>(name)
    let memory = try golden.check("", memory: try golden.memory(), tolerance: 1e-4)
    if try golden.file.number("segments") == 2 {
      _ = try golden.check("second.", memory: memory, tolerance: 1e-4)
    }
  }
}
