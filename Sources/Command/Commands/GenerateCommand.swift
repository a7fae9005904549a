import Experiments
import MixtureOfExperts
import RunFiles
import Tensors
import Training

/// The flags of `generate` alone.
enum GenerateFlags {
  static let prompt = Flag<String>.string("prompt", help: "the beginning of the text").optional(
    "a line feed, or the vocabulary's first symbol")
  static let promptFile = Flag<String>.path(
    "prompt-file", help: "a file that holds the beginning, its last line feed included, or - for standard input"
  ).optional("--prompt")
  static let length = Flag<Int>.integer("length", in: 1...100_000_000, help: "symbols to write").defaulting(
    to: Generator<Float>.defaultLength)
  static let stop = Flag<String>(
    "stop", valueName: "TEXT", help: "end when this was written, which is the last thing written then",
    describe: { $0 },
    parse: { text throws(ValueProblem) in
      guard !text.isEmpty else { throw ValueProblem(expected: "a text") }
      return text
    }
  ).optional("write --length symbols")
  static let samples = Flag<Int>.integer(
    "samples", in: 1...10_000,
    help: "how many texts to write, each with the next seed; where it is given, --json prints a list of them"
  ).defaulting(to: 1)
  static let temperature = Flag<Double>.real(
    "temperature", in: .from(0, through: 100), help: "divides the logits; 0 always takes the likeliest symbol"
  ).defaulting(to: Sampling.defaultTemperature)
  static let topK = Flag<Int>.integer(
    "top-k", in: 1...1_000_000, help: "draw from so many of the likeliest symbols"
  ).formerly("sample-from").optional("all")
  static let topP = Flag<Double>.real(
    "top-p", in: .above(0, through: 1),
    help: "draw from the likeliest symbols that together have this probability (nucleus sampling)"
  ).defaulting(to: Sampling.defaultMass)
  static let experts = Flag<Int>.integer(
    "k", in: Configuration.Limits.experts, help: "experts for each token"
  ).optional("the largest k of training")
  static let seed = RunFlags.seed.meaning("determines the choices; nothing at temperature 0")
}

extension Command {
  /// `hyperrouter generate`: text from a checkpoint.
  static let generate = Command(
    "generate", summary: "continue a prompt with a trained model",
    discussion: """
      Prints the prompt and what follows. Several samples are set apart by a line with their seed. A symbol is chosen by the \
      logits divided by --temperature; then --top-k leaves the likeliest ones, and of these --top-p.
      """,
    groups: [
      FlagGroup(
        "What to write",
        [
          RunFlags.checkpoint, RunFlags.weights, GenerateFlags.prompt, GenerateFlags.promptFile, GenerateFlags.length,
          GenerateFlags.stop, GenerateFlags.samples,
        ]),
      FlagGroup(
        "How symbols are chosen",
        [
          GenerateFlags.temperature, GenerateFlags.topK, GenerateFlags.topP, GenerateFlags.seed, GenerateFlags.experts,
        ]),
      RunFlags.threadsAndOutput,
    ],
    examples: [
      Example("one sentence", "--checkpoint", "runs/book", "--prompt", "Once upon", "--stop", "."),
      Example(
        "three samples without unlikely symbols", "--checkpoint", "runs/book", "--samples", "3", "--top-p", "0.9"),
    ],
    check: { options in
      if options.isGiven(GenerateFlags.prompt), options.isGiven(GenerateFlags.promptFile) {
        throw CommandError.usage("--prompt does not go with --prompt-file: one of them is the beginning")
      }
      let (seed, count) = (options[GenerateFlags.seed], options[GenerateFlags.samples])
      if seed > UInt64(Int.max - (count - 1)) {
        throw CommandError.usage("--seed: found \(seed), expected room for \(count) seeds")
      }
    }
  ) { options, console in
    let run = try StoredRun(RunDirectory.open(options[RunFlags.checkpoint]))
    let (experts, vocabulary) = (run.configuration.model.experts, run.configuration.vocabulary)
    let k = options[GenerateFlags.experts] ?? run.configuration.training.kSchedule.maximum
    guard k <= experts else {
      throw CommandError.usage("--k: found \(k), expected at most the number of experts, \(experts)")
    }
    let prompt = try Prompt(options, vocabulary)
    let sampling = Sampling(
      temperature: options[GenerateFlags.temperature], symbols: options[GenerateFlags.topK],
      mass: options[GenerateFlags.topP])
    var beginning = Generator(
      try run.model(options[RunFlags.weights]), k: k, sampling: sampling, seed: options[GenerateFlags.seed],
      workers: Workers(count: options[RunFlags.threads]))
    beginning.read(prompt.symbols)
    let (isJSON, count) = (options[RunFlags.json], options[GenerateFlags.samples])
    func show(_ text: String) throws { if !isJSON { try console.emit(text) } }
    var texts = GeneratedTexts(prompt: vocabulary.decode(prompt.symbols), k: k)
    for index in 0..<count {
      let seed = options[GenerateFlags.seed] + UInt64(index)
      var generator = beginning
      generator.reseed(seed)
      var stream = DecodedStream(vocabulary, after: prompt.symbols)
      var written = StoppedText(until: options[GenerateFlags.stop])
      if count > 1 {
        let heading = "--- sample \(index + 1) of \(count), seed \(seed) ---"
        try show((index > 0 ? "\n" : "") + console.style.bold(heading) + "\n")
      }
      try show(prompt.text)
      for _ in 0..<options[GenerateFlags.length] where !written.isStopped {
        try show(written.append(stream.append(try generator.next())))
      }
      try show("\n")
      if isJSON { texts.samples.append(GeneratedTexts.Sample(seed: seed, text: written.text)) }
    }
    if isJSON { try console.printObject(Stamped(texts)) }
  }
}
