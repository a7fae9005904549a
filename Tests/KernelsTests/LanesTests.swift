import Testing

@testable import Kernels
@testable import Tensors

@Suite("Vector lanes")
struct LanesTests {
  @Test("keeping() keeps the first lanes and fills the others")
  func keeping() {
    for count in 0...16 {
      let kept = SIMD16<Float>.keeping(count, of: SIMD16(repeating: 2), fill: -.infinity)
      for lane in 0..<16 { #expect(kept[lane] == (lane < count ? 2 : -.infinity)) }
    }
    for count in 0...8 {
      let kept = SIMD8<Double>.keeping(count, of: SIMD8(repeating: 2), fill: -.infinity)
      for lane in 0..<8 { #expect(kept[lane] == (lane < count ? 2 : -.infinity)) }
    }
  }
}
