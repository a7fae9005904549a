import MixtureOfExperts
import Tensors
import TestSupport
import Testing

@testable import Jacobian

@Suite("Claim 5: the cosine of HyperRouter's step with SMoE's, against m")
struct JacobianStepCosineTests {
  private func curve(_ m: [Int], experts: Int = 8, width: Int = 64, k: Int) -> StepCosineCurve {
    StepCosineCurve(
      embeddingWidths: m, sizes: (experts, width, 256), gate: .softmaxThenTopK, k: k, workers: Workers(count: 2))
  }

  @Test(
    "It follows √(m/N(d+1)) while m is small, and for every m the law of products of random matrices",
    arguments: [(8, 64, [1, 2, 4, 8, 16, 32, 64, 128]), (4, 128, [1, 8, 64])])
  func law(experts: Int, width: Int, m: [Int]) throws {
    // Half of all experts are chosen, so that the choice says nothing of W_r's size.
    let curve = curve(m, experts: experts, width: width, k: experts / 2)
    #expect(curve.numbers == experts * (width + 1) && curve.points.map(\.embeddingWidth) == m)
    for point in curve.points {
      #expect(point.draws == 256)
      // 64 networks, of each m directions: three standard deviations of the root of a mean of 64 m squares.
      let tolerance = 0.03 + 3 * (1 / (2 * 64 * Double(point.embeddingWidth))).squareRoot()
      let text = "m = \(point.embeddingWidth): \(point.cosine), \(point.law), \(point.lawOfProducts)"
      #expect(abs(point.cosine / point.lawOfProducts - 1) < tolerance, "\(text)")
      if point.embeddingWidth <= 8 { #expect(abs(point.cosine / point.law - 1) < tolerance + 0.03, "\(text)") }
      // The law that forgets what products take away is refuted at large m.
      if point.embeddingWidth >= 64 { #expect(point.cosine < 0.85 * point.law, "\(text)") }
    }
  }

  @Test("With two of eight experts chosen and m = 1 the choice shows: the cosine is larger than by the law")
  func choice() throws {
    let (chosen, half) = (curve([1], k: 2).points[0], curve([1], k: 4).points[0])
    #expect(chosen.cosine > 1.2 * chosen.law && chosen.cosine > 1.15 * half.cosine, "\(chosen) \(half)")
  }

  @Test("Every m is a result beside both laws, and none is called a theorem")
  func results() {
    let curve = StepCosineCurve(
      embeddingWidths: [2, 4], sizes: (3, 8, 16), gate: .topKThenSoftmax, k: 2, workers: Workers(count: 1))
    let results = curve.results(router: "hyperrouter")
    #expect(results.map(\.claim) == [5, 5] && results.allSatisfy { $0.holds == nil && $0.levels.count == 2 })
    #expect(results.map(\.measured) == curve.points.map(\.cosine))
  }
}
