import Corpora
import Hosts
import Jacobian
import MixtureOfExperts
import Tensors
import TestSupport
import Testing

@Suite("Jacobian, claim 4 in angles")
struct JacobianAnglesTests {
  @Test(
    "Claim 4 in angles is decided where rounding hides less than 1e-6 of them: rows that nearly depend on each other")
  func nearlyDependent() throws {
    let corpus = try Corpus(dialects: DialectCorpus(lines: 200))
    let configuration = Configuration(
      vocabulary: corpus.vocabulary.count, layers: 1, modelWidth: 24, heads: 2, headWidth: 6, expertWidth: 12,
      experts: 4, segment: 12, memory: 12, router: .smoeDropout)
    let model = LanguageModel<Double>(configuration, seed: 3)
    let probe = try Probe(corpus.splits.validation.symbols, rows: 2, length: 12, of: configuration)
    let weight = try #require(probe(model, k: 2)[0].tokens.layer.router.frozen.first)
    let rows: Tensor<Double> = sample([3, 24], seed: 1, scale: 0.1)
    let other: Tensor<Double> = sample([1, 24], seed: 2, scale: 0.1)
    // The fourth row is the mean of the others but for a part of this size.
    func rounding(_ size: Double) throws -> (value: Double, verdicts: [Bool?]) {
      let last = rows.mean(axis: 0).reshaped([1, 24]) + size * other
      weight.restore(.concatenated([rows, last], axis: 0))
      var trajectory = Trajectory(configuration)
      trajectory.look(at: model, step: 0, k: 2, probe)
      let value = max(trajectory.routingAngles(0).rounding, trajectory.routingAngles(0, .autodiff).rounding)
      return (value, trajectory.fixedSubspace(router: "").suffix(2).map(\.holds))
    }
    // It is inversely proportional to the part.
    let unit = try rounding(1e-6).value * 1e-6
    let (below, above) = (try rounding(unit / 0.8e-6), try rounding(unit / 1.25e-6))
    #expect(below.value > 0.6e-6 && below.value < 1e-6 && above.value > 1e-6 && above.value < 1.7e-6)
    #expect(below.verdicts == [true, true] && above.verdicts == [nil, nil])
  }
}
