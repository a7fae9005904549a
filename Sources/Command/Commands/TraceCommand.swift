import Experiments

extension Command {
  /// `hyperrouter trace`: every equation of the mixture for one token, in numbers.
  static let trace = Command(
    "trace", summary: "follow one token through the equations, in numbers",
    discussion: """
      Follows one token through one mixture of experts and back: from e to W_r, to the experts' outputs, to the loss, to the
      gradient of e and one step of Adam. Every equation has its label in NOTES.md and the numbers that go in and come out,
      all from the model's own code. By default three routers begin with the same W_r, so that what differs is who learns.
      Experts, layers and symbols are counted from 0.
      """,
    groups: [
      FlagGroup(
        "What to trace", [TraceRun.text, TraceRun.token, TraceRun.layer, TraceRun.topK, TraceRun.checkpoint]),
      TraceRun.model,
      FlagGroup("Output", [RunFlags.json]),
    ],
    examples: [
      Example("the first prediction, at the release's gate order", "--token", "0", "--gate-order", "topk-softmax"),
      Example("in a trained model", "--checkpoint", "runs/book", "--text", "To be", "--layer", "1"),
    ],
    check: { options in try reporting { try TraceRun.check(options) } }
  ) { options, console in
    try reporting {
      let outcome = try TraceRun(options: options).outcome()
      if options[RunFlags.json] {
        try console.printObject(Stamped(outcome))
      } else {
        try TraceText(outcome, console).print()
      }
    }
  }
}
