import Tensors
import TestSupport
import Testing

@testable import Jacobian

@Suite("Margins of routing")
struct RoutingMarginTests {
  @Test("The logit of the last chosen expert less that of the first one not chosen; none where all are chosen")
  func mean() throws {
    let logits = Tensor<Double>([2, 4], [3, 1, 0.5, -2, 0, 10, 4, 7])
    #expect(try #require(RoutingMargin(of: logits, k: 1)).mean == (2 + 3) / 2)
    #expect(try #require(RoutingMargin(of: logits, k: 2)).mean == (0.5 + 3) / 2)
    #expect(try #require(RoutingMargin(of: logits, k: 3)).mean == (2.5 + 4) / 2)
    #expect(RoutingMargin(of: logits, k: 4) == nil)
  }

  @Test("The spacing of two normal numbers is 2/√π, that of three 3/(2√π) on either side")
  func spacing() {
    let root = Double.pi.squareRoot()
    #expect(abs(RoutingMargin.spacing(of: 2, after: 1) - 2 / root) < 1e-12)
    #expect(abs(RoutingMargin.spacing(of: 3, after: 1) - 1.5 / root) < 1e-12)
    #expect(abs(RoutingMargin.spacing(of: 3, after: 2) - 1.5 / root) < 1e-12)
  }

  @Test("Logits that know nothing have the margin of chance, whatever their scale", arguments: [1, 2, 7])
  func chance(k: Int) throws {
    let found = try #require(RoutingMargin(of: sample([20_000, 8], seed: 3, scale: 0.3), k: k))
    #expect(abs(found.mean / found.byChance - 1) < 0.02, "\(found.mean) \(found.byChance)")
  }

  @Test("Logits that are sure have a larger one")
  func sure() throws {
    var logits: Tensor<Double> = sample([500, 8], seed: 4)
    logits = logits * logits * logits
    let found = try #require(RoutingMargin(of: logits, k: 1))
    #expect(found.mean > 1.2 * found.byChance)
  }
}
