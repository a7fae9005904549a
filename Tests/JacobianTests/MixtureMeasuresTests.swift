import Corpora
import Hosts
import LinearAlgebra
import MixtureOfExperts
import Tensors
import TestSupport
import Testing

@testable import Jacobian

@Suite("Measures of a mixture")
struct MixtureMeasuresTests {
  private func model(_ router: RouterKind, seed: UInt64 = 5) throws -> LanguageModel<Double> {
    let configuration = Configuration(
      vocabulary: 25, layers: 2, modelWidth: 16, heads: 2, headWidth: 8, expertWidth: 8, experts: 8, segment: 8,
      memory: 8, router: router)
    let model = LanguageModel<Double>(configuration, seed: seed)
    // Weights large enough to matter.
    for parameter in model.parameters where !parameter.name.hasSuffix("gain") {
      parameter.value = parameter.value.scaled(by: 12)
    }
    return model
  }

  private func probe(_ model: LanguageModel<Double>) throws -> Probe {
    return try Probe(corpus.splits.train.symbols, rows: 3, length: 8, of: model.configuration)
  }

  @Test(
    "|J₂ᵀu| / |J₁ᵀu| is that of the closed forms, by the sums over experts, for both gate orders",
    arguments: [GateOrder.softmaxThenTopK, .topKThenSoftmax])
  func routingShare(order: GateOrder) throws {
    var configuration = try model(.hyperRouter).configuration
    configuration.gateOrder = order
    let model = LanguageModel<Double>(configuration, seed: 5)
    for parameter in model.parameters where !parameter.name.hasSuffix("gain") {
      parameter.value = parameter.value.scaled(by: 12)
    }
    let probe = try probe(model)
    let found = MixtureMeasures.of(model, initial: model, probe: probe, k: 2).map(\.measures)
    let layers = probe(model, k: 2)
    #expect(found.count == 2 && layers.count == 2)
    for (measures, layer) in zip(found, layers) {
      var (throughExperts, throughGates) = (0.0, 0.0)
      for token in 0..<layer.tokens.count {
        let u = layer.upstream.sliced(0, token..<token + 1)
        let closed = layer.tokens[token]
        throughExperts += u.matrixProduct(closed.J1).sumOfSquares()
        throughGates += u.matrixProduct(closed.J2).sumOfSquares()
      }
      let expected = (throughGates / throughExperts).squareRoot()
      #expect(expected > 0)
      #expect(mismatch([try #require(measures.routingShare)], [expected], relative: 1e-10) == nil)
    }
  }

  @Test("The share of variance that rows see is between 0 and 1, all of it where rows span everything")
  func varianceSeen() throws {
    let model = try model(.smoe)
    let probe = try probe(model)
    let layers = probe(model, k: 2)
    for ((measures, _), layer) in zip(MixtureMeasures.of(model, initial: model, probe: probe, k: 2), layers) {
      // By hand: an orthonormal basis of w_j − w_1, one row after the other.
      var basis: [[Double]] = []
      let W = layer.tokens.W_r
      for j in 1..<8 {
        var row = (0..<16).map { W[j, $0] - W[0, $0] }
        for _ in 0..<2 {
          for q in basis {
            let along = zip(row, q).reduce(0) { $0 + $1.0 * $1.1 }
            row = zip(row, q).map { $0 - along * $1 }
          }
        }
        let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
        basis.append(row.map { $0 / norm })
      }
      let h = layer.tokens.h
      let n = h.shape[0]
      let mean = (0..<16).map { column in (0..<n).reduce(0) { $0 + h[$1, column] } / Double(n) }
      var (inside, all) = (0.0, 0.0)
      for token in 0..<n {
        let x = (0..<16).map { h[token, $0] - mean[$0] }
        all += x.reduce(0) { $0 + $1 * $1 }
        for q in basis {
          let along = zip(x, q).reduce(0) { $0 + $1.0 * $1.1 }
          inside += along * along
        }
      }
      #expect(mismatch([try #require(measures.varianceSeen)], [inside / all], relative: 1e-9) == nil)
      #expect(measures.varianceSeenByChance == 7.0 / 16)
      #expect(measures.displacement == 0)
    }
  }

  @Test("Rows' displacement is relative to where they began; routers without rows have none, dense models no mixtures")
  func displacement() throws {
    let (before, after) = (try model(.smoe), try model(.smoe))
    for parameter in after.routerParameters { parameter.value = parameter.value.scaled(by: 1.5) }
    for (measures, _) in MixtureMeasures.of(after, initial: before, probe: try probe(after), k: 2) {
      #expect(mismatch([try #require(measures.displacement)], [0.5], relative: 1e-12) == nil)
    }
    let cosine = try model(.cosine)
    for (measures, _) in MixtureMeasures.of(cosine, initial: cosine, probe: try probe(cosine), k: 2) {
      #expect(measures.varianceSeen == nil && measures.displacement == nil && measures.routingShare != nil)
    }
    let dense = try model(.dense)
    #expect(MixtureMeasures.of(dense, initial: dense, probe: try probe(dense), k: 2).isEmpty)
  }
}

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
