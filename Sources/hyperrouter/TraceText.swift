import Analysis
import CommandLineInterface
import MixtureOfExperts

/// The text that `trace` prints for a person: what is traced, then one block of numbers for each equation, then what differs.
struct TraceText {
  private typealias Row = TraceNumbers.Row

  let subject: TraceSubject
  let routers: [TokenTrace]
  let console: Console

  init(_ outcome: TraceOutcome, _ console: Console) {
    subject = outcome.subject
    routers = outcome.routers
    self.console = console
  }

  /// Prints it.
  func print() throws {
    try heading()
    for block in forwardBlocks + backwardBlocks { try print(block) }
    try console.print("")
    try console.print(console.style.bold("Who learns from this token"))
    for sentence in TraceSentences(routers, subject).all { try console.print(console.wrapped(sentence)) }
  }

  /// One equation: its label and formula, and lines with its numbers.
  private struct Block {
    let label: String
    let formula: String
    let lines: [String]
  }

  private func print(_ block: Block) throws {
    try console.print("")
    try console.print(console.style.bold("[\(block.label)]") + "  \(block.formula)")
    for line in block.lines { try console.print(line) }
  }

  private func heading() throws {
    let forward = routers[0].forward
    try console.print(console.style.bold("One token through one mixture of experts, and back"))
    try console.print(
      "token    \(subject.symbol), symbol \(subject.token) of \(Self.shortened(subject.text)); it is to predict "
        + subject.nextSymbol)
    try console.print(
      "mixture  layer \(subject.layer) of \(subject.layers); d = \(forward.h.count), N = \(forward.b_r.count), "
        + "k = \(subject.topK), f = \(subject.expertWidth); \(subject.gateOrder.rawValue)")
    if let checkpoint = subject.checkpoint, let step = subject.step {
      try console.print("weights  \(routers[0].router) after step \(step) of \(checkpoint)")
    } else {
      try console.print(
        "weights  random, seed \(subject.seed ?? 0), \(Int(TokenTrace.magnification)) times as large as a training "
          + "begins with, to be seen")
    }
    try console.print("marks    [T] trained   [F] fixed for ever   [G] generated from what is trained")
  }

  // MARK: Forward

  private var forwardBlocks: [Block] {
    let forward = routers[0].forward
    let N = forward.b_r.count
    let gates = (0..<N).map { expert in forward.chosen.firstIndex(of: expert).map { forward.g[$0] } ?? 0 }
    return generationBlocks + [
      Block(
        label: routers.map(\.router).joined(separator: "] ["), formula: "where W_r and b_r come from", lines: origins),
      Block(
        label: "router", formula: "x = W_r h + b_r,  s = softmax(x)",
        lines: TraceNumbers.lines([Row("h (\(forward.h.count))", forward.h)])
          + [expertNames]
          + TraceNumbers.lines([Row("x (\(N))", forward.logits, whole: true)])
          + TraceNumbers.lines([Row("s (\(N))", forward.s, whole: true)])),
      Block(
        label: "gate", formula: gateFormula,
        lines: ["  𝒯 (\(forward.chosen.count))             \(experts(forward.chosen))", expertNames]
          + TraceNumbers.lines([Row("g (\(N))", gates, whole: true)])
          + ["  Σ g = \(TraceNumbers.short(forward.g.reduce(0, +)))"]),
      Block(
        label: "expert", formula: "E_i(h) = W2_i·relu(W1_i h + b1_i) + b2_i,  i ∈ 𝒯; the others do not work",
        lines: TraceNumbers.lines(
          zip(forward.chosen, forward.outputs).map { Row("E_\($0) (\($1.count))", $1) })),
      Block(
        label: "moe", formula: "y = Σ_{i∈𝒯} g_i E_i(h)",
        lines: TraceNumbers.lines([Row("y (\(forward.y.count))", forward.y)])),
    ]
  }

  private var generationBlocks: [Block] {
    guard let trace = routers.first(where: { $0.generation != nil }), let generation = trace.generation else { return [] }
    let fixed = trace.tensors.filter { $0.gradientNorm == nil }.enumerated().map { index, tensor in
      "\(index % 2 == 0 ? "V" : "a")\(index / 2 + 1) (\(Self.shape(tensor.shape)))"
    }
    let e = generation.e.enumerated().map { Row(Self.indexed("e", $0, of: generation.e), $1) }
    let z = (generation.z.last ?? []).enumerated().map { Row(Self.indexed("z", $0, of: generation.e), $1) }
    return [
      Block(
        label: "hypernetwork", formula: "z = relu(V1 e + a1),  o = V2 z + a2,  (W_r | b_r) = o as N rows of d+1",
        lines: ["  [T] e", ] + TraceNumbers.lines(e) + TraceNumbers.lines(z)
          + ["  \(generation.activeUnits) of \(z.count * generation.width) units are active; [F] \(fixed.joined(separator: ", "))"])
    ]
  }

  private var origins: [String] {
    let forward = routers[0].forward
    let shape = "W_r (\(forward.b_r.count)×\(forward.h.count)), b_r (\(forward.b_r.count))"
    let sources = routers.map { trace in
      let trained = trace.tensors.filter { $0.gradientNorm != nil }.reduce(0) { $0 + $1.count }
      let source =
        switch trace.origin {
        case .trained: "[T] \(shape)"
        case .frozen: "[F] \(shape)"
        case .generated: "[G] (W_r | b_r) = 𝓗(e)"
        case .generatedByRow: "[G] (w_j | b_j) = 𝓗(e_j)"
        }
      let name = trace.router.padding(toLength: 18, withPad: " ", startingAt: 0)
      return "  \(name)\(source): \(trained) trained numbers"
    }
    let shared = routers.count > 1 ? ["  all \(routers.count) begin with the same rows, so that only learning differs:"] : []
    let rows = zip(forward.W_r, forward.b_r).enumerated().map { index, row in
      Row("w_\(index) | b_\(index) (\(row.0.count + 1))", row.0 + [row.1])
    }
    return sources + shared + TraceNumbers.lines(rows)
  }

  private var gateFormula: String {
    switch subject.gateOrder {
    case .softmaxThenTopK: "𝒯 = top-\(subject.topK) of x;  g_i = s_i for i ∈ 𝒯, else 0"
    case .topKThenSoftmax: "𝒯 = top-\(subject.topK) of x;  g = softmax of x over 𝒯, else 0 (D1)"
    }
  }

  // MARK: Backward

  private var backwardBlocks: [Block] {
    let (trace, backward) = (routers[0], routers[0].backward)
    let (d, N) = (backward.u.count, backward.c.count)
    let other = subject.gateOrder == .softmaxThenTopK ? "s_j" : "g_j"
    return [
      Block(
        label: "loss", formula: "L = −ln softmax(logits)_target,  u = ∂L/∂y",
        lines: [
          "  p(\(subject.nextSymbol)) = \(TraceNumbers.short(trace.prediction.probability)),  "
            + "L = \(TraceNumbers.short(trace.prediction.loss)) nats"
        ] + TraceNumbers.lines([Row("u (\(d))", backward.u)])),
      Block(
        label: "routing-term", formula: "c_j = Σ_{i∈𝒯} g_i (δ_ij − \(other)) ⟨E_i, u⟩ = ∂L/∂x_j,  J₂ᵀu = Σ_j c_j w_j",
        lines: TraceNumbers.lines(
          zip(trace.forward.chosen, backward.products).map { Row("⟨E_\($0), u⟩", [$1]) })
          + [expertNames]
          + TraceNumbers.lines([Row("c (\(N))", backward.c, whole: true)])),
      Block(
        label: "jacobian", formula: "(∂y/∂h)ᵀu = J₁ᵀu + J₂ᵀu: through the experts, through the gates",
        lines: TraceNumbers.lines([Row("J₁ᵀu (\(d))", backward.J1u)])
          + TraceNumbers.lines([Row("J₂ᵀu (\(d))", backward.J2u)])),
      Block(
        label: "entanglement", formula: "∂L/∂w_j = c_j h,  ∂L/∂b_j = c_j: what arrives at (W_r | b_r)",
        lines: TraceNumbers.lines(changes("∂L/∂w", backward.dW_r, backward.db_r)) + arrivals),
    ] + flowBlocks + [stepBlock]
  }

  private var arrivals: [String] {
    routers.map { trace in
      let name = trace.router.padding(toLength: 18, withPad: " ", startingAt: 0)
      return switch trace.origin {
      case .trained: "  \(name)[T] this is its gradient"
      case .frozen: "  \(name)[F] nobody asks for it: there is no gradient"
      case .generated, .generatedByRow: "  \(name)[G] goes on through 𝓗, see next"
      }
    }
  }

  private var flowBlocks: [Block] {
    guard let gradient = routers.compactMap(\.embeddingGradient).first else { return [] }
    return [
      Block(
        label: "gradient-flow", formula: "∂L/∂e = (∂vec(W_r, b_r)/∂e)ᵀ vec(∂L/∂(W_r, b_r))",
        lines: TraceNumbers.lines(
          gradient.enumerated().map { Row(Self.indexed("∂L/∂e", $0, of: gradient), $1) }))
    ]
  }

  private var stepBlock: Block {
    let step = routers[0].step
    let lines = routers.flatMap { trace -> [String] in
      let isFrozen = trace.origin == .frozen
      let head = "  \(trace.router)\(isFrozen ? ": [F] W_r and b_r stay, to the bit" : ":")"
      if isFrozen { return [head] }
      let de = trace.step.de.map { de in
        TraceNumbers.lines(de.enumerated().map { Row(Self.indexed("Δe", $0, of: de), $1) })
      }
      return [head] + (de ?? []) + TraceNumbers.lines(changes("Δw", trace.step.dW_r, trace.step.db_r))
    }
    return Block(
      label: "adam",
      formula: "first step: w ← w − η·m̂/(√v̂ + ε), g clipped first",
      lines: [
        "  η = \(TraceNumbers.short(step.learningRate)); ‖g‖ of the whole model = "
          + "\(TraceNumbers.short(step.gradientNorm)), times \(TraceNumbers.short(step.scale)) when clipped at "
          + TraceNumbers.short(step.clip)
      ] + lines)
  }

  /// Rows of changes of W_r, each with that of b_r at its end.
  private func changes(_ name: String, _ W_r: [[Double]], _ b_r: [Double]) -> [Row] {
    zip(W_r, b_r).enumerated().map { Row("\(name)_\($0) | b", $1.0 + [$1.1]) }
  }

  // MARK: Names

  private var expertNames: String {
    TraceNumbers.heading(routers[0].forward.b_r.indices.map { "E_\($0)" })
  }

  private func experts(_ numbers: [Int]) -> String { "{" + numbers.map { "E_\($0)" }.joined(separator: ", ") + "}" }

  private static func shape(_ sizes: [Int]) -> String { sizes.map(String.init).joined(separator: "×") }

  /// `e (4)`, or `e_2 (4)` where there is one for each expert.
  private static func indexed(_ name: String, _ index: Int, of rows: [[Double]]) -> String {
    rows.count == 1 ? "\(name) (\(rows[0].count))" : "\(name)_\(index) (\(rows[index].count))"
  }

  private static func shortened(_ text: String) -> String {
    (text.count > 24 ? "…" + text.suffix(24) : text).debugDescription
  }
}
