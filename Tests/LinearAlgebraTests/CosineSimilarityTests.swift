import Tensors
import TestSupport
import Testing

import LinearAlgebra

@Suite("Cosine similarity")
struct CosineSimilarityTests {
  @Test("Known cosines, at any length, and 0 for a zero vector")
  func known() {
    let cases: [(x: [Double], y: [Double], cosine: Double)] = [
      ([1, 0], [0, 5], 0), ([1, 2], [2, 4], 1), ([1, 2], [-3, -6], -1), ([3, 4], [4, 3], 0.96),
      ([3e200, 4e200], [4e-200, 3e-200], 0.96), ([0, 0], [1, 2], 0), ([0, 0], [0, 0], 0),
    ]
    for (x, y, cosine) in cases {
      let found = Tensor([2], x).cosineSimilarity(to: Tensor([2], y))
      #expect(mismatch([found], [cosine], absolute: 4e-16) == nil, "\(x) \(y)")
    }
  }

  @Test("Shapes count as vectors of all their entries, and no rounding leads beyond ±1")
  func bounds() {
    var random = Random(seed: 10)
    for _ in 0..<200 {
      let x = Tensor<Double>.normal([3, 5], random: &random)
      #expect(x.cosineSimilarity(to: 3 * x) <= 1 && x.cosineSimilarity(to: -x) >= -1)
      #expect(x.cosineSimilarity(to: 3 * x) > 1 - 1e-15)
    }
    #expect(Tensor([2, 2], [1.0, 0, 0, 1]).cosineSimilarity(to: Tensor([2, 2], [1.0, 0, 0, -1])) == 0)
  }
}
