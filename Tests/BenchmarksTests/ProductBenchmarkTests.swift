import Hosts
import TestSupport
import Testing
import Training

@testable import Benchmarks

@Suite("Matrix products of a training step, measured", .thorough)
struct ProductBenchmarkTests {
  @Test("Forward, they are the linear maps that a token's work is counted by", arguments: [Preset.tiny, .paperSmall])
  func forward(_ preset: Preset) {
    let sizes = preset.sizes
    let products = StepProduct.all(of: sizes, vocabulary: 65)
    let forward = products.filter { $0.pass == .forward }
    #expect(forward.map(\.name) == ["W_q", "W_k, W_v", "W_R", "W_O", "W_r", "W1", "W2", "Emb"])
    let operations = forward.reduce(0) { $0 + $1.problem.operations * Double($1.times) }
    let tokens = Double(sizes.batch * sizes.segment)
    let model = ModelBenchmark(preset, isQuick: true).configuration()
    let w = Double(sizes.heads * sizes.headWidth)
    let attention = 3 * w * (Double(sizes.memory) + Double(sizes.segment + 1) / 2) * Double(sizes.layers)
    // Positions are projected once for each shard, and counted once for the batch.
    let positions = Double((sizes.shards - 1) * sizes.layers * sizes.modelWidth * (sizes.memory + sizes.segment)) * w
    let expected = (model.multiplyAddsPerToken(batch: sizes.batch, k: sizes.k) - attention) * tokens + positions
    #expect(abs(operations / 2 / expected - 1) < 1e-12, "\(operations / 2) \(expected)")
  }

  @Test("Backward, weights cost what they cost forward; keys and values of memory and positions pass nothing on")
  func backward() {
    let products = StepProduct.all(of: Preset.paperSmall.sizes, vocabulary: 65)
    func operations(_ name: String, _ pass: StepProduct.Pass) -> Double? {
      products.first { $0.name == name && $0.pass == pass }?.problem.operations
    }
    for name in ["W_q", "W_k, W_v", "W_R", "W_O", "W_r", "W1", "W2", "Emb"] {
      #expect(operations(name, .weight) == operations(name, .forward))
    }
    #expect(operations("W_k, W_v", .input) == operations("W_k, W_v", .forward).map { $0 / 2 })
    #expect(operations("W_R", .input) == nil && operations("W_q", .input) == operations("W_q", .forward))
    #expect(Set(products.map(\.times)) == [4, 1])
  }

  @Test("Every product has a row, warm and cold are shares of the peak, and the shares of the work add up to one")
  func rows() {
    let rows = ProductBenchmark(.smoke, isQuick: true)()
    #expect(rows.count == 23 && abs(rows.reduce(0) { $0 + $1.share } - 1) < 1e-12)
    // Other work on the machine may slow the measured peak as well.
    for row in rows { #expect(row.warm > 1e-5 && row.warm < 10 && row.cold > 1e-5 && row.cold < 10, "\(row)") }
  }
}
