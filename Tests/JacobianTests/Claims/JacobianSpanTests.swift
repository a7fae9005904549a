import Corpora
import Hosts
import Jacobian
import MixtureOfExperts
import Tensors
import TestSupport
import Testing

@Suite("Jacobian, claim 6 with biases in 𝓗")
struct JacobianSpanTests {
  @Test(
    "Claim 6: a bias in 𝓗 that is not zero adds one dimension to each row: m + 1 in the bound, reached",
    arguments: ["none", "hidden", "output"])
  func biases(_ place: String) throws {
    let corpus = try Corpus(dialects: DialectCorpus(lines: 200))
    var configuration = Configuration(
      vocabulary: corpus.vocabulary.count, layers: 1, modelWidth: 32, heads: 2, headWidth: 6, expertWidth: 12,
      experts: 4, segment: 12, memory: 12, router: .hyperRouter)
    configuration.embeddingWidth = 2
    configuration.hypernetworkWidth = 40
    let model = LanguageModel<Double>(configuration, seed: 3)
    let probe = try Probe(corpus.splits.validation.symbols, rows: 4, length: 12, of: configuration)
    let router = try #require(probe(model, k: 2)[0].tokens.layer.router as? HyperRouter<Double>)
    let (hidden, output) = (router.hypernetwork.hidden[0].a, router.hypernetwork.output.a)
    if place == "hidden" { hidden.restore(sample(hidden.value.shape, seed: 1, scale: 0.02)) }
    if place == "output" { output.restore(sample(output.value.shape, seed: 2, scale: 0.02)) }

    // e walks about in its region, far enough to be seen in all directions.
    var course = Trajectory(configuration)
    let e = router.embedding.value
    for step in 0..<8 {
      router.embedding.value = e + sample(e.shape, seed: UInt64(step), scale: 0.003)
      course.look(at: model, step: step, k: 2, probe)
    }
    let span = RoutingSpan(course, layer: 0)
    #expect(span.regions == 1 && span.switchedUnits == 0)
    let inputs = place == "none" ? 2 : 3
    #expect(span.isAffine == (place != "none"))
    #expect(span.bound == 3 * inputs && span.sharperBound == 3 * inputs)
    #expect(span.rank == 3 * inputs && span.rankByAutodiff == 3 * inputs, "reached: 3·2 would be refuted by 3·3")
    let results = span.results(router: "hyperrouter", setting: ClaimSetting())
    #expect(results.map(\.holds) == [true, true, nil])
    #expect(results[0].quantity.contains("(m+1)") == (place != "none"))
  }

  @Test("Effective ranks of terms that grow and shrink: every look counts alike, and one look stands beside all")
  func effectiveRanks() throws {
    let corpus = try Corpus(dialects: DialectCorpus(lines: 200))
    let configuration = Configuration(
      vocabulary: corpus.vocabulary.count, layers: 1, modelWidth: 24, heads: 2, headWidth: 6, expertWidth: 12,
      experts: 3, segment: 12, memory: 12, router: .smoe)
    let model = LanguageModel<Double>(configuration, seed: 3)
    let probe = try Probe(corpus.splits.validation.symbols, rows: 4, length: 12, of: configuration)
    let router = try #require(probe(model, k: 2)[0].tokens.layer.router.parameters.first)
    let (first, second): (Tensor<Double>, Tensor<Double>) = (
      sample(router.value.shape, seed: 7, scale: 2e-5), sample(router.value.shape, seed: 8, scale: 0.02)
    )
    var course = Trajectory(configuration)
    router.value = first
    course.look(at: model, step: 0, k: 2, probe)
    let alone = course.effectiveRanks(0)
    #expect(abs(alone.together - alone.single) < 1e-12 && alone.together <= 2 + 1e-9)
    // Other rows, a thousand times as large, make terms a thousand times as large: they would count alone.
    router.value = second
    course.look(at: model, step: 1, k: 2, probe)
    let sizes = course.snapshots.map { $0.layers[0].comparedTerms.sumOfSquares().squareRoot() }
    #expect(sizes[1] > 300 * sizes[0])
    let both = course.effectiveRanks(0)
    #expect(both.together > 2.2 && both.together <= 4 && both.single <= 2 + 1e-9)
  }
}
