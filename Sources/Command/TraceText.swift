import Experiments
import Jacobian
import MixtureOfExperts

/// The text that `trace` prints for a person: what is traced, then one block of numbers for each equation, then what differs.
struct TraceText {
  let outcome: TraceOutcome
  let console: Console

  private var subject: TraceSubject { outcome.subject }

  init(_ outcome: TraceOutcome, _ console: Console) {
    self.outcome = outcome
    self.console = console
  }

  /// Prints it.
  func print() throws {
    try console.print(console.style.bold("One token through one mixture of experts, and back"))
    for line in heading { try console.print(line) }
    for block in TraceBlock.forward(outcome) + TraceBlock.backward(outcome) {
      try console.print("")
      try console.print(console.style.bold(block.label) + "  " + block.formula)
      for line in block.lines { try console.print(line) }
    }
    try console.print("")
    try console.print(console.style.bold("Who learns from this token"))
    for sentence in TraceSentences(outcome.routers).all { try console.print(console.wrapped(sentence)) }
  }

  private var heading: [String] {
    let weights =
      if let checkpoint = subject.checkpoint, let step = subject.step {
        "\(outcome.routers[0].router) after step \(step) of \(checkpoint)"
      } else {
        "random, seed \(subject.seed ?? 0), \(Int(TokenTrace.magnification)) times as large as training begins with"
      }
    return [
      "token    \(subject.symbol), symbol \(subject.token) of \(shortened(subject.text)); it is to predict "
        + subject.nextSymbol,
      "mixture  layer \(subject.layer) of \(subject.layers); d = \(subject.modelWidth), N = \(subject.experts), "
        + "k = \(subject.topK), f = \(subject.expertWidth); \(subject.gateOrder.rawValue)",
      "weights  \(weights)",
      "marks    [T] trained   [F] fixed for ever   [G] generated from what is trained",
    ]
  }

  private func shortened(_ text: String) -> String {
    (text.count > 24 ? "…" + text.suffix(24) : text).debugDescription
  }
}
