import Foundation
import MixtureOfExperts
import Tables

/// One equation of a trace: its label in NOTES.md, its formula, and the numbers that go in and come out.
package struct TracedEquation: Sendable {
  package let label: String  // In brackets
  package let formula: String
  package let numbers: [TracedNumbers]

  init(_ label: String, _ formula: String, _ numbers: [TracedNumbers]) {
    self.label = "[\(label)]"
    self.formula = formula
    self.numbers = numbers
  }
}

extension Trace {
  /// Every equation from e to a step of Adam; what the routers have in common is shown once.
  package var equations: [TracedEquation] { generation + forward + backward + flow + [adam] }

  private var generation: [TracedEquation] {
    for trace in routers {
      guard let generation = trace.generation, let z = generation.z.last else { continue }
      let fixed = trace.tensors.filter { $0.gradientNorm == nil }.enumerated().map { index, tensor in
        "\(index % 2 == 0 ? "V" : "a")\(index / 2 + 1) (\(tensor.shape.map(String.init).joined(separator: "×")))"
      }
      let depth = fixed.count / 2
      let formula =
        depth == 2
        ? "z = relu(V1 e + a1),  o = V2 z + a2" : "z = relu(… relu(V1 e + a1) …),  o = V\(depth) z + a\(depth)"
      return [
        TracedEquation(
          "hypernetwork", formula,
          [
            .numbers("[T] e", generation.e), .numbers("z", z),
            .sentence(
              "z > 0 in \(generation.activeUnits) of \(z.count * generation.width); o has "
                + "N(d+1) = \(trace.forward.b_r.count * (trace.forward.h.count + 1)) numbers, the rows (w_j | b_j)"),
            .sentence("[F] \(fixed.joined(separator: ", "))"),
          ])
      ]
    }
    return []
  }

  private var forward: [TracedEquation] {
    let (forward, k) = (routers[0].forward, subject.topK)
    let N = forward.b_r.count
    let gates = (0..<N).map { expert in forward.chosen.firstIndex(of: expert).map { forward.g[$0] } ?? 0 }
    let chosen = forward.chosen.map { "E_\($0)" }.joined(separator: ", ")
    let gate =
      switch subject.gateOrder {
      case .softmaxThenTopK: "g_i = s_i for i ∈ 𝒯, else 0"
      case .topKThenSoftmax: "g = softmax of x over 𝒯, else 0 (D1)"
      }
    let shared = TracedNumbers.sentence("all \(routers.count) begin with the same rows, so that only learning differs:")
    return [
      TracedEquation(
        routers.map(\.router).joined(separator: "] ["), "where W_r and b_r come from",
        routers.map(\.source) + (routers.count > 1 ? [shared] : []) + [.rows("(W_r | b_r)", forward.W_r, forward.b_r)]),
      TracedEquation(
        "router", "x = W_r h + b_r,  s = softmax(x)",
        [.numbers("h", [forward.h]), .columns([("x (\(N))", forward.logits), ("s (\(N))", forward.s)])]),
      TracedEquation(
        "gate", "𝒯 = top-\(k) of x;  \(gate)",
        [.columns([("g (\(N))", gates)]), .sentence("𝒯 = {\(chosen)},  Σ g = \(forward.g.reduce(0, +).short)")]),
      TracedEquation(
        "expert", "E_i(h) = W2_i·relu(W1_i h + b1_i) + b2_i, only for i ∈ 𝒯",
        [.lists(zip(forward.chosen, forward.outputs).map { ("E_\($0) (\($1.count))", $1) })]),
      TracedEquation("moe", "y = Σ_{i∈𝒯} g_i E_i(h)", [.numbers("y", [forward.y])]),
    ]
  }

  private var backward: [TracedEquation] {
    let (trace, backward) = (routers[0], routers[0].backward)
    let N = backward.c.count
    let products = (0..<N).map { expert in
      trace.forward.chosen.firstIndex(of: expert).map { backward.products[$0] }
    }
    let competing = subject.gateOrder == .softmaxThenTopK ? "s" : "g"
    return [
      TracedEquation(
        "loss", "L = −ln softmax(logits)_target,  u = ∂L/∂y",
        [
          .sentence(
            "p(\(subject.nextSymbol)) = \(trace.prediction.probability.short),  "
              + "L = \(trace.prediction.loss.short) nats"),
          .numbers("u", [backward.u]),
        ]),
      TracedEquation(
        "routing-term", "c_j = Σ_{i∈𝒯} \(competing)_i (δ_ij − \(competing)_j) ⟨E_i, u⟩ = ∂L/∂x_j",
        [.columns([("⟨E_i, u⟩", products), ("c (\(N))", backward.c)])]),
      TracedEquation(
        "jacobian", "(∂y/∂h)ᵀu = J₁ᵀu + J₂ᵀu,  J₂ᵀu = Σ_j c_j w_j",
        [.numbers("J₁ᵀu", [backward.J1u]), .numbers("J₂ᵀu", [backward.J2u])]),
      TracedEquation(
        "entanglement", "∂L/∂w_j = c_j h,  ∂L/∂b_j = c_j",
        [.rows("∂L/∂(W_r | b_r)", backward.dW_r, backward.db_r)] + routers.map(\.arrival)),
    ]
  }

  private var flow: [TracedEquation] {
    guard let gradient = routers.compactMap(\.embeddingGradient).first else { return [] }
    return [
      TracedEquation(
        "gradient-flow", "∂L/∂e = (∂vec(W_r, b_r)/∂e)ᵀ vec(∂L/∂(W_r, b_r))", [.numbers("∂L/∂e", gradient)])
    ]
  }

  private var adam: TracedEquation {
    let step = routers[0].step
    // One token has no shares of experts that could be balanced.
    let isBalanced = routers.contains { $0.router == RouterKind.smoeBalanced.rawValue }
    let clipped =
      step.scale < 1
      ? "clipped at \(step.clip.short): g ← \(step.scale.short)·g" : "below the clip, \(step.clip.short)"
    return TracedEquation(
      "adam", "w ← w − η·m̂/(√v̂ + ε), the first step: m̂ = g, v̂ = g²",
      [.sentence("η = \(step.learningRate.short); ‖g‖ of all weights = \(step.gradientNorm.short), \(clipped)")]
        + (isBalanced ? [.sentence("without the balancing loss, which is one of many tokens")] : [])
        + routers.flatMap(\.movement))
  }
}

/// What the routers do not have in common.
extension TokenTrace {
  private func about(_ words: String) -> TracedNumbers {
    .sentence(router.padded(to: 15, isFlushLeft: true) + " " + words)
  }

  fileprivate var source: TracedNumbers {
    let shape = "W_r (\(forward.b_r.count)×\(forward.h.count)), b_r (\(forward.b_r.count))"
    let source =
      switch origin {
      case .trained: "[T] \(shape)"
      case .frozen: "[F] \(shape)"
      case .generated: "[G] (W_r | b_r) = 𝓗(e)"
      case .generatedByRow: "[G] (w_j | b_j) = 𝓗(e_j)"
      }
    return about("\(source); trained: \(count(trained: true)) numbers")
  }

  fileprivate var arrival: TracedNumbers {
    switch origin {
    case .trained: about("[T] this is its gradient")
    case .frozen: about("[F] there is no gradient: nobody asks for this one")
    case .generated, .generatedByRow: about("[G] this goes on through 𝓗:")
    }
  }

  fileprivate var movement: [TracedNumbers] {
    if origin == .frozen { return [about("[F] nothing moves, to the bit")] }
    if step.distance == 0 { return [about("the gradient is 0: nothing moves")] }
    let rows = TracedNumbers.rows("Δ(W_r | b_r)", step.dW_r, step.db_r)
    guard let de = step.de else { return [about("[T] W_r and b_r move:"), rows] }
    return [about("[G] e moves, and with it what 𝓗 makes of it:"), .numbers("Δe", de), rows]
  }
}

/// Numbers as a trace shows them: aligned columns, one power of ten for all of a block, in 80 columns.
package enum TracedNumbers: Sendable {
  case lists([Row])  // Lists, each beside its name; the power of ten stands beside the first
  case matrix(String, [Row])  // The rows of a matrix below a line with its name, its shape and its power of ten
  /// One number for each of N experts, whose names stand above; every row has a power of ten of its own. Where there are
  /// many experts, block after block.
  case columns([Row])
  case sentence(String)  // What is said between numbers

  /// A name with its shape, and numbers; what is nil was not computed.
  package typealias Row = (label: String, numbers: [Double?])

  /// A vector, `y (6)`; or, for routers with an embedding for each expert, a matrix with one row for each.
  static func numbers(_ name: String, _ rows: [[Double]]) -> TracedNumbers {
    rows.count == 1
      ? .lists([("\(name) (\(rows[0].count))", rows[0])]) : .matrix(name, rows.enumerated().map { ("  \($0)", $1) })
  }

  /// (W_r | b_r), or what belongs to it.
  static func rows(_ name: String, _ W_r: [[Double]], _ b_r: [Double]) -> TracedNumbers {
    .matrix(name, zip(W_r, b_r).enumerated().map { index, row in ("  w_\(index) | b_\(index)", row.0 + [row.1]) })
  }

  /// The columns that names, shapes and the power of ten take, and those of a number.
  private static let (labelWidth, numberWidth) = (20, 8)
  /// The numbers of a line and the rows of a matrix; of more the rest is left out, which the lines say.
  private static let (perLine, mostRows) = (7, 8)
  private static let mostExperts = 4 * perLine  // The experts whose columns are shown

  /// Without spaces at their ends.
  package var lines: [String] {
    switch self {
    case .sentence(let text): return ["  " + text]
    case .lists(let rows):
      let power = Self.powerOfTen(rows)
      return Self.body(rows, power) { $0 == 0 ? Self.note(power) : "" }
    case .matrix(let name, let rows):
      let power = Self.powerOfTen(rows)
      return ["  \(name) (\(rows.count)×\(rows[0].numbers.count))\(Self.note(power))"]
        + Self.body(rows, power) { _ in "" }
    case .columns(let rows):
      let count = rows.map(\.numbers.count).min() ?? 0
      var lines = stride(from: 0, to: min(count, Self.mostExperts), by: Self.perLine).flatMap { start in
        let block = start..<min(count, Self.mostExperts, start + Self.perLine)
        let names = block.map { "E_\($0)".padded(to: Self.numberWidth) }.joined()
        return ["".padded(to: Self.labelWidth) + names]
          + rows.map { row in
            let power = Self.powerOfTen([row])
            return Self.line(row.label + Self.note(power), row.numbers[block], power)
          }
      }
      if count > Self.mostExperts { lines.append("  … and \(count - Self.mostExperts) experts more") }
      return lines
    }
  }

  private static func body(_ rows: [Row], _ power: Int, note: (Int) -> String) -> [String] {
    let lines = rows.prefix(mostRows).enumerated().map { index, row in
      line(row.label + note(index), row.numbers.prefix(perLine), power) + (row.numbers.count > perLine ? " …" : "")
    }
    return lines + (rows.count > mostRows ? ["  … and \(rows.count - mostRows) rows more"] : [])
  }

  private static func line(_ label: String, _ numbers: ArraySlice<Double?>, _ power: Int) -> String {
    let cells = numbers.map { number in
      // At least a space, however long the number.
      " " + (number.map { String(format: "%.3f", $0 / pow(10, Double(power))) } ?? "·").padded(to: numberWidth - 1)
    }
    return "  \(label)".padded(to: labelWidth - 1, isFlushLeft: true) + " " + cells.joined()
  }

  private static func note(_ power: Int) -> String { power == 0 ? "" : " ×1e\(power)" }

  /// 0 where three decimals show the largest number well, or the power that leaves one digit before the point.
  private static func powerOfTen(_ rows: [Row]) -> Int {
    let largest = rows.flatMap(\.numbers).reduce(0) { max($0, abs($1 ?? 0)) }
    if largest == 0 || !largest.isFinite || largest >= 0.1 && largest < 100 { return 0 }
    return Int(log10(largest).rounded(.down))
  }
}

extension Double {
  /// The number with three to four digits, for a sentence.
  var short: String {
    self == 0 ? "0" : String(format: abs(self) >= 0.01 && abs(self) < 1000 ? "%.3f" : "%.2e", self)
  }
}
