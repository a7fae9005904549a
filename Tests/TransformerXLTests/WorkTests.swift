import Testing
import TransformerXL

struct WorkTests {
  @Test("training paper-small needs 39.5 MFLOP a token, tiny 0.948")
  func publishedNumbers() {
    let paperSmall = Configuration(
      vocabulary: 65, layers: 4, modelWidth: 256, heads: 8, headWidth: 64, expertWidth: 512, experts: 16,
      segment: 128, memory: 128, router: .smoe)
    let tiny = Configuration(
      vocabulary: 65, layers: 2, modelWidth: 64, heads: 4, headWidth: 16, expertWidth: 128, experts: 8, segment: 64,
      memory: 64, router: .smoe)
    #expect(abs(6 * paperSmall.multiplyAddsPerToken(batch: 8, k: 2) * 1e-6 - 39.5) < 0.05)
    #expect(abs(6 * tiny.multiplyAddsPerToken(batch: 16, k: 2) * 1e-6 - 0.948) < 0.0005)
  }

  @Test("work grows with k by two matrices of an expert, with N by one row of the router")
  func growth() {
    var configuration = Configuration(
      vocabulary: 10, layers: 3, modelWidth: 8, heads: 2, headWidth: 4, expertWidth: 16, experts: 4, segment: 5,
      memory: 7, router: .smoe)
    let work = configuration.multiplyAddsPerToken(batch: 2, k: 1)
    #expect(configuration.multiplyAddsPerToken(batch: 2, k: 2) - work == 3 * 2 * 8 * 16)
    configuration.experts = 6
    #expect(configuration.multiplyAddsPerToken(batch: 2, k: 1) - work == 3 * 8 * 2)
  }
}
