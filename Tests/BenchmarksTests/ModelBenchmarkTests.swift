import Autograd
import Hosts
import MixtureOfExperts
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

  @Test("Training is faster than nothing and slower than the peak; its parts are the whole")
  func training() throws {
    let row = try ModelBenchmark(.smoke, isQuick: true).training(threads: 1, k: 1, experts: 5, dropout: 0.1)
    #expect(row.preset == "smoke" && row.threads == 1 && row.k == 1 && row.experts == 5 && row.dropout == 0.1)
    #expect(row.tokensPerSecond > 1 && row.spread >= 0)
    #expect(row.ofPeak > 1e-6 && row.ofPeak < 1)
    #expect(row.peakMemoryMb > 1 && row.peakMemoryMb < 1e6, "in megabytes")
    #expect(Set(row.breakdown.keys) == Set(StepPart.allCases))
    #expect(abs(row.breakdown.values.reduce(0, +) - 1) < 1e-9)
  }

  @Test("Evaluation is compared with the training speed given, a symbol of a long text with one of a short text")
  func inference() throws {
    let row = try ModelBenchmark(.smoke, isQuick: true).inference(threads: 1, trainingSpeed: 1000)
    #expect(row.preset == "smoke" && row.threads == 1 && row.evaluationTokensPerSecond > 1)
    #expect(abs(row.evaluationOverTraining * 1000 / row.evaluationTokensPerSecond - 1) < 1e-12)
    #expect(row.generationMsPerToken > 1e-4 && row.generationMsPerToken < 1e4)
    // Memory is full in both: a symbol costs the same, give or take what else the machine does.
    #expect(row.generationGrowth > 0.05 && row.generationGrowth < 20)
  }
}
