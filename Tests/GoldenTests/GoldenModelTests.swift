import Testing

/// The whole model against numbers of another framework, `Fixtures/model.*.safetensors`.
@Suite("Golden models")
struct GoldenModelTests {
  static let names = (try? GoldenFile.names(beginningWith: "model.")) ?? []

  @Test("All golden models are found")
  func allFilesAreFound() {
    #expect(Self.names.count == 19)
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
    try GoldenModel<Double>(name).checkSegments(tolerance: 1e-10)
  }

  @Test("In single precision, as models train, they agree to the rounding of their sums", arguments: names)
  func singlePrecisionAgrees(name: String) throws {
    let golden = try GoldenModel<Float>(name)
    try golden.checkSegments(tolerance: Float(golden.roundings) * .ulpOfOne)
  }

  @Test("Some are as wide as models that train: d ≥ 40, d_h 20 and 64, f 72, more than 128 queries")
  func widths() throws {
    let wide = try Self.names.filter { $0.hasSuffix(".wide") }.map { try GoldenModel<Float>($0).model.configuration }
    #expect(wide.count == 2)
    #expect(wide.allSatisfy { $0.modelWidth >= 40 && $0.expertWidth == 72 && $0.segment > 128 && $0.memory > 0 })
    #expect(Set(wide.map(\.headWidth)) == [20, 64])
  }
}
