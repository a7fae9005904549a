import Corpora
import Hosts
import MixtureOfExperts
import Testing

@testable import Jacobian

@Suite("Trace: equations with their numbers")
struct TracedEquationTests {
  /// N 4, d 6, f 5, m 3, s 7, k 2, three routers.
  private func trace(_ order: GateOrder) throws -> Trace {
    let vocabulary = try Vocabulary(of: Array("Helo".utf8), tokenization: .bytes)
    var configuration = Configuration(
      vocabulary: vocabulary.count, layers: 1, modelWidth: 6, heads: 1, headWidth: 6, expertWidth: 5, experts: 4,
      segment: 1, memory: 8, router: .hyperRouter)
    (configuration.embeddingWidth, configuration.hypernetworkWidth, configuration.gateOrder) = (3, 7, order)
    return Trace(
      TracedToken(try vocabulary.encode("Hello"), at: 3), vocabulary, throughModelOf: configuration, seed: 1,
      at: (layer: 0, k: 2), learningAs: RouterKind.compared)
  }

  @Test("Every equation has the numbers of the trace, each under its name and shape", arguments: GateOrder.allCases)
  func numbers(_ order: GateOrder) throws {
    let trace = try trace(order)
    let (smoe, hyper) = (trace.routers[0], trace.routers[2])
    let generation = try #require(hyper.generation)
    func rows(_ W_r: [[Double]], _ b_r: [Double]) -> [[Double]] { zip(W_r, b_r).map { $0 + [$1] } }
    let (forward, chosen) = (smoe.forward, smoe.forward.chosen)
    let expected: [String: [[Double?]]] = [
      "[hypernetwork] [T] e (3)": generation.e, "[hypernetwork] z (7)": generation.z[0],
      "[smoe] [smoe-dropout] [hyperrouter] (W_r | b_r)": rows(forward.W_r, forward.b_r),
      "[router] h (6)": [forward.h], "[router] x (4)": [forward.logits], "[router] s (4)": [forward.s],
      "[gate] g (4)": [(0..<4).map { i in chosen.firstIndex(of: i).map { forward.g[$0] } ?? 0 }],
      "[expert] E_\(chosen[0]) (6)": [forward.outputs[0]], "[expert] E_\(chosen[1]) (6)": [forward.outputs[1]],
      "[moe] y (6)": [forward.y], "[loss] u (6)": [smoe.backward.u],
      "[routing-term] ⟨E_i, u⟩": [
        (0..<4).map { i in chosen.firstIndex(of: i).map { smoe.backward.products[$0] } }
      ],
      "[routing-term] c (4)": [smoe.backward.c], "[jacobian] J₁ᵀu (6)": [smoe.backward.J1u],
      "[jacobian] J₂ᵀu (6)": [smoe.backward.J2u],
      "[entanglement] ∂L/∂(W_r | b_r)": rows(smoe.backward.dW_r, smoe.backward.db_r),
      "[gradient-flow] ∂L/∂e (3)": try #require(hyper.embeddingGradient),
      "[adam] Δ(W_r | b_r)": rows(hyper.step.dW_r, hyper.step.db_r), "[adam] Δe (3)": try #require(hyper.step.de),
    ]
    var found: [String: [[Double?]]] = [:]
    for equation in trace.equations {
      for numbers in equation.numbers {
        switch numbers {
        case .sentence: break
        case .lists(let rows), .columns(let rows):
          for row in rows { found["\(equation.label) \(row.label)"] = [row.numbers] }
        case .matrix(let name, let rows): found["\(equation.label) \(name)"] = rows.map(\.numbers)
        }
      }
    }
    #expect(found == expected)
    #expect(trace.conclusions.count == 4)
  }

  @Test("Lists, matrices and columns in 80 columns: one power of ten, cut where they are long, which is said")
  func lines() {
    func lines(_ numbers: TracedNumbers) -> [String] { numbers.lines }
    #expect(
      lines(.lists([("y (2)", [0.5, -12]), ("z (2)", [1, nil])])) == [
        "  y (2)                0.500 -12.000", "  z (2)                1.000       ·",
      ])
    #expect(
      lines(.matrix("W", [("w_0", [2e-4, -3e-5])])) == ["  W (1×2) ×1e-4", "  w_0                  2.000  -0.300"])
    #expect(
      lines(.columns([("c (2)", [0, 2500])])) == [
        "                         E_0     E_1", "  c (2) ×1e3           0.000   2.500",
      ])
    let long = lines(.matrix("W", (0..<9).map { ("w_\($0)", [Double](repeating: 1, count: 8)) }))
    #expect(long.count == 10 && long[1].hasSuffix("1.000 …") && long[9] == "  … and 1 rows more")
    #expect(lines(.columns([("c", [Double](repeating: 1, count: 30))])).last == "  … and 2 experts more")
    #expect(long.allSatisfy { $0.count <= 80 })
  }
}
