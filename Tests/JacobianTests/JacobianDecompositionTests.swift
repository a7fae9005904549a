import Layers
import LinearAlgebra
import MixtureOfExperts
import Tensors
import TestSupport
import Testing

@testable import Jacobian

@Suite("Jacobian, claims 1 to 3: the decomposition and its ranks")
struct JacobianDecompositionTests {
  @Test(
    "Claim 1: J₁ + J₂ is autodiff's Jacobian and the differences', and so are J₁ and J₂ alone",
    arguments: JacobianCase.all)
  func decomposition(_ test: JacobianCase) {
    let tokens = test.tokens()
    #expect(tokens.count == (test.k < experts ? 120 : 100))
    let claims = DecompositionClaims(tokens, upstream: sample([tokens.count, width], seed: 2))
    let (formula, tape, differences) = (claims.ways.closedForm, claims.ways.autodiff, claims.ways.differences)
    #expect(disagreement(formula.whole, tape.whole) < 1e-13)
    #expect(disagreement(formula.throughExperts, tape.throughExperts) < 1e-13)
    for token in 0..<tokens.count {
      // Relative to what cancels: a token whose gate is nearly 1 has a J₂ as small as its rounding.
      let apart = formula.throughGates[token] - tape.throughGates[token]
      #expect(mismatch(apart.scalars, apart.scalars.map { _ in 0 }, absolute: 1e-14 * tokens[token].scale) == nil)
    }
    #expect(disagreement(formula.whole, differences.whole) < 1e-8)
    #expect(disagreement(formula.throughExperts, differences.throughExperts) < 1e-8)
    #expect(disagreement(tape.throughGates, differences.throughGates) < 1e-8)
    let results = claims.results()
    #expect(results.allSatisfy { $0.holds != false } && results.count { $0.holds == true } == (tokens.isSilent ? 2 : 5))
  }

  @Test(
    "Claim 1 is checked at the edge of a selection too: 20 tokens with a margin of 10⁻⁴",
    arguments: JacobianCase.all.filter { $0.k < experts })
  func thinMargins(_ test: JacobianCase) {
    let tokens = test.tokens()
    let thin = (100..<120).map { tokens.margin(of: $0) }
    #expect(thin.allSatisfy { $0 > 0.999e-4 && $0 < 1.001e-4 })
    #expect((0..<120).allSatisfy { tokens.radius(of: $0) > 1e-5 }, "differences have room everywhere")
  }

  @Test(
    "Claim 3: J₂ is the sum of s_i E_i (w_i − w̄)ᵀ: only differences of rows matter", arguments: JacobianCase.all)
  func collected(_ test: JacobianCase) {
    let tokens = test.tokens(20, thin: 0)
    for token in 0..<tokens.count {
      let jacobian = tokens[token]
      let centred = jacobian.W_r - Tensor([1, experts], jacobian.g).matrixProduct(jacobian.W_r)
      let collected = jacobian.selection.map { i in
        jacobian.E.row(i).transposed(0, 1).matrixProduct(centred.row(i)).scaled(by: jacobian.g[i])
      }.reduce(Tensor.zeros([width, width])) { $0 + $1 }
      let difference = (jacobian.J2 - collected).norm
      #expect(difference <= 1e-14 * jacobian.scale)
    }
  }

  @Test("Claim 3: the coefficients of J₂ᵀu sum to zero in both orders", arguments: JacobianCase.all)
  func coefficients(_ test: JacobianCase) {
    let tokens = test.tokens(20, thin: 0)
    let upstream: Tensor<Double> = sample([20, width], seed: 2)
    let c = tokens.coefficients(upstream)
    #expect(mismatch(c.sum(axis: 1).scalars, [Double](repeating: 0, count: 20), absolute: 1e-13) == nil)
    // c is ∂⟨u, y⟩/∂b_r, token by token: the tape and differences find the same numbers, which know no formula.
    let ways = tokens.coefficientWays(upstream)
    let sizes = tokens.coefficientSizes(upstream)
    for token in 0..<20 {
      let formula = ways.closedForm[token]
      #expect(mismatch(ways.autodiff[token], formula, absolute: 1e-14 * sizes[token]) == nil)
      #expect(mismatch(ways.differences[token], formula, absolute: 1e-9 * sizes[token]) == nil)
    }
    #expect(ways.errors.count == 20 && ways.errors.allSatisfy { $0 >= 0 && $0 < 1e-6 })
    #expect(ways.autodiff.contains { $0.contains { $0 != 0 } } != test.isSilent, "zeros prove little")
    // The coefficients are those of the closed form itself.
    let terms = tokens.routingTerms(upstream)
    for token in 0..<20 {
      let term = upstream.sliced(0, token..<token + 1).matrixProduct(tokens[token].J2)
      let found = terms.sliced(0, token..<token + 1)
      #expect(mismatch(found.scalars, term.scalars, absolute: 1e-13 * tokens[token].scale * 10) == nil)
    }
  }

  @Test("Claim 2: J₂ᵀu lies in the span of the rows that compete in the softmax", arguments: JacobianCase.all)
  func span(_ test: JacobianCase) {
    let tokens = test.tokens(40)
    let upstream: Tensor<Double> = sample([tokens.count, width], seed: 2)
    let claims = DecompositionClaims(tokens, upstream: upstream)
    let outside = claims.outsideRows
    // Relative to the terms, whose rounding is that of what cancels in them.
    #expect(outside.count == 3 && outside.allSatisfy { $0.value < 1e-8 })
    for token in 0..<tokens.count {
      let competing = Subspace(
        spannedByRowsOf: tokens.W_r.gatheringRows(tokens.competitors(of: token).map { Int32($0) }))
      let u = upstream.sliced(0, token..<token + 1)
      for parts in [claims.ways.closedForm, claims.ways.autodiff] {
        let term = u.matrixProduct(parts.throughGates[token]).transposed(0, 1)
        let size = tokens[token].scale * u.sumOfSquares().squareRoot()
        #expect(competing.removed(from: term).sumOfSquares().squareRoot() < 1e-14 * size)
      }
    }
    // Not an empty statement: J₁ᵀu is far outside.
    let rows = Subspace(spannedByRowsOf: tokens.W_r)
    let through = sample([1, width], seed: 5).matrixProduct(tokens[0].J1).transposed(0, 1)
    #expect(rows.removed(from: through).sumOfSquares() > 0.1 * through.sumOfSquares())
  }

  @Test(
    "Claim 3: the rank of J₂ is min(k, N−1) for softmax, then top-k, and k−1 for the other order, for every token: reached and never exceeded",
    arguments: JacobianCase.routers, Array(1...experts))
  func rank(_ router: String, _ k: Int) {
    for gate in GateOrder.allCases {
      let claims = claims(JacobianCase(router: router, gate: gate, k: k))
      let bound = gate == .softmaxThenTopK ? min(k, experts - 1) : k - 1
      #expect(claims.tokens.rankBound == bound)
      for (way, ranks) in claims.ranks() { #expect(ranks.allSatisfy { $0 == bound }, "\(way)") }
    }
  }

  @Test(
    "Claim 3: the routing terms of all tokens together have rank N−1, not N", arguments: JacobianCase.all)
  func rankOfAllTokens(_ test: JacobianCase) {
    let claims = claims(test)
    for finding in claims.rankOfAllTokens {
      #expect(finding.value == (test.isSilent ? 0 : Double(experts - 1)), "\(finding.way)")
    }
  }

  @Test(
    "Claim 3: the routing terms of n tokens have rank min(n, N−1): each of the first N−1 adds a dimension",
    arguments: JacobianCase.routers)
  func rankOfFewTokens(_ router: String) {
    let tokens = JacobianCase(router: router, gate: .softmaxThenTopK, k: 2).tokens(experts, thin: 0)
    for count in 2...experts {
      let some = tokens.keeping(Array(0..<count))
      let claims = DecompositionClaims(some, upstream: sample([count, width], seed: 2))
      let ranks = claims.rankOfAllTokens
      #expect(ranks.count == 3)
      for finding in ranks { #expect(finding.value == Double(min(count, experts - 1)), "\(finding.way), \(count)") }
    }
  }

  @Test(
    "Claims 2 and 3: a verdict only where something could exceed the bound: from which N, k and number of tokens on")
  func usefulBounds() {
    // d = 4; claim 2, claim 3 for one token, claim 3 for all tokens.
    let cases: [(N: Int, k: Int, tokens: Int, holds: [Bool?])] = [
      (3, 3, 12, [true, true, true]), (4, 4, 12, [nil, true, true]), (5, 4, 12, [nil, nil, nil]),
      (5, 3, 12, [nil, true, nil]), (5, 5, 12, [nil, nil, nil]), (6, 2, 12, [nil, true, nil]),
      (4, 2, 4, [nil, true, true]), (4, 2, 3, [nil, true, nil]), (3, 2, 2, [true, true, nil]),
    ]
    for (N, k, count, expected) in cases {
      let initializer = Initializer<Double>(seed: 6)
      let layer = MoELayer<Double>(
        router: SMoERouter("router", RouterSizes(width: 4, experts: N), initializer: initializer),
        gate: .softmaxThenTopK,
        experts: Experts("experts", experts: N, width: 4, hidden: 6, dropout: 0, initializer: initializer))
      for (index, parameter) in layer.parameters.enumerated() {
        parameter.value = sample(parameter.value.shape, seed: UInt64(index), scale: 0.5)
      }
      let drawn = RoutedTokens(sample([40, 4], seed: 3), through: layer, k: k)
      let tokens = drawn.keeping(Array((0..<40).filter { drawn.radius(of: $0) > 1e-4 }.prefix(count)))
      #expect(tokens.count == count)
      let claims = DecompositionClaims(tokens, upstream: sample([count, 4], seed: 2))
      let results = claims.results()
      let holds = results.map(\.holds)
      #expect(
        results.map { $0.claim?.number } == [1, 2, 3, 3, 3, 3]
          && results.allSatisfy { $0.setting.description.hasPrefix("k = \(k)") })
      #expect(holds == [true, expected[0], expected[1], nil, expected[2], true], "N = \(N), k = \(k), \(count) tokens")
    }
  }

  @Test("Claim 3: experts that never compete, even through others, lose a dimension each: the release's order")
  func groups() {
    let tokens = JacobianCase(router: "smoe", gate: .topKThenSoftmax, k: 2).tokens(60, thin: 0)
    let pairs = (0..<tokens.count).map { Set(tokens.selections[$0]) }
    #expect(tokens.rankBoundOfAllTokens == experts - 1, "all are connected in the end")
    // Tokens that chose one pair only; tokens of two pairs without a common expert.
    let first = pairs[0]
    let alone = tokens.keeping(pairs.indices.filter { pairs[$0] == first })
    #expect(alone.rankBoundOfAllTokens == 1)
    let apart = pairs.first { $0.isDisjoint(with: first) }
    let both = tokens.keeping(pairs.indices.filter { pairs[$0] == first || pairs[$0] == apart })
    #expect(apart != nil && both.rankBoundOfAllTokens == 2)
    // Every token counts, the only one of a pair too, wherever it stands.
    let lone = tokens.keeping([0])
    let lastAlone = tokens.keeping([0] + pairs.indices.filter { pairs[$0] == apart }.prefix(1))
    #expect(lone.rankBoundOfAllTokens == 1 && lastAlone.count == 2 && lastAlone.rankBoundOfAllTokens == 2)
    for some in [alone, both] {
      let claims = DecompositionClaims(some, upstream: sample([some.count, width], seed: 2))
      for finding in claims.rankOfAllTokens {
        #expect(finding.value == Double(min(some.rankBoundOfAllTokens, some.count)), "\(finding.way)")
      }
      // The bound is this layer's own, where others have another: only then it is named.
      let results = claims.results(ClaimSetting(part: .curve), layer: 7)
      let named = results.filter { $0.quantity == "rank of J₂ᵀu, all tokens" }
      #expect(named.map(\.setting.description) == ["curve, k = 2, layer 7"])
      #expect(
        results.allSatisfy { $0.quantity == named[0].quantity || $0.setting.description.hasPrefix("curve, k = 2") })
      #expect(results.count { $0.setting.description.contains("layer") } == 1)
    }
    let whole = DecompositionClaims(tokens, upstream: sample([tokens.count, width], seed: 2))
    #expect(!whole.results(layer: 7).contains { $0.setting.description.contains("layer") })
  }

  @Test("Claim 3: at k = 1 the release's gate passes nothing to the router", arguments: JacobianCase.routers)
  func silence(_ router: String) {
    let tokens = JacobianCase(router: router, gate: .topKThenSoftmax, k: 1).tokens(20)
    #expect((0..<tokens.count).allSatisfy { tokens[$0].J2.sumOfSquares() == 0 })
    let flow = GradientFlow(tokens, upstream: sample([tokens.count, width], seed: 2))
    #expect((flow.closedForm + flow.autodiff).allSatisfy { $0.sumOfSquares() == 0 })
    let results = DecompositionClaims(tokens, upstream: flow.upstream).results()
    #expect(results.map { $0.claim?.number } == [1, 3] && results.map(\.holds) == [true, true])
  }

  @Test(
    "Gates saturated to 0 and 1 make J₂ as small as its rounding, and refute nothing", arguments: GateOrder.allCases)
  func saturated(_ gate: GateOrder) {
    for router in ["smoe", "smoe-dropout"] {
      let layer = JacobianCase(router: router, gate: gate, k: 2).layer()
      let weights = layer.router.parameters
      for weight in weights { weight.value = weight.value.scaled(by: 200) }
      for weight in layer.router.frozen { weight.restore(weight.value.scaled(by: 200)) }
      let tokens = RoutedTokens(sample([40, width], seed: 3), through: layer, k: 2)
      #expect((0..<40).contains { token in tokens[token].g.contains { $0 > 1 - 1e-15 } })
      let smooth = tokens.keeping((0..<40).filter { tokens.radius(of: $0) > 1e-5 })
      let claims = DecompositionClaims(smooth, upstream: sample([smooth.count, width], seed: 2))
      for result in claims.results() { #expect(result.holds != false, "\(result.statement)") }
    }
  }

  private func claims(_ test: JacobianCase) -> DecompositionClaims {
    let tokens = test.tokens(12, thin: 4)
    return DecompositionClaims(tokens, upstream: sample([tokens.count, width], seed: 2))
  }
}
