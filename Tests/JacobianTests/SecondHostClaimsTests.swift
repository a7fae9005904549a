import Hosts
import Layers
import MixtureOfExperts
import Tensors
import TestSupport
import Testing

@testable import Jacobian

/// The claims are about mixtures, whatever host is around them.
@Suite("Jacobian, a second host")
struct SecondHostClaimsTests {
  @Test(
    "Claims 1, 2, 3 and 7 hold in a host that only the tests know", arguments: RouterKind.compared, GateOrder.allCases)
  func claims(router: RouterKind, gate: GateOrder) throws {
    var configuration = Configuration.smallDecoder(router)
    configuration.gateOrder = gate
    let model = LanguageModel<Double>(configuration, seed: 3).randomized(seed: 3, scale: 0.5)
    let probe = try Probe((0..<30).map { Int32($0 * $0 % 7) }, rows: 3, length: 6, of: configuration)
    let results = ModelClaims(model: model, probe: probe, start: Trajectory.snapshot(model, probe), workers: .one)
      .results
    for claim in [1, 2, 3, 7] {
      let own = results.filter { $0.claim?.rawValue == claim && $0.holds != nil }
      #expect(!own.isEmpty && own.allSatisfy { $0.holds == true }, "claim \(claim): \(own.filter { $0.holds != true })")
    }
  }
}
