import Testing
import Training

@testable import Benchmarks

@Suite("Models, measured")
struct ModelBenchmarkTests {
  @Test("Scaling is measured at powers of two: k up to N, N from 16 to 128 beyond the preset's own")
  func scaling() {
    #expect(ModelBenchmark(.smoke, isQuick: true).scalingExperts == [16, 32, 64, 128])
    #expect(ModelBenchmark(.paperSmall, isQuick: true).scalingExperts == [32, 64, 128])
    for preset in Preset.allCases {
      let benchmark = ModelBenchmark(preset, isQuick: true)
      let ks = benchmark.scalingKs
      #expect(ks.first == 1 && ks.last == preset.sizes.experts && zip(ks, ks.dropFirst()).allSatisfy { $1 == 2 * $0 })
    }
  }
}
