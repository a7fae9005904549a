import Experiments
import MixtureOfExperts
import RunFiles
import Tensors
import Training

extension Command {
  private static let prompt = Flag<[UInt8]>.bytes("prompt", help: "the beginning of the text").also("p").optional(
    "a line feed, or the vocabulary's first symbol")
  private static let promptFile = Flag<String>.path(
    "prompt-file", help: "a file that holds the beginning, its last line feed included, or - for standard input"
  ).optional("--prompt")
  private static let length = Flag<Int>.integer("length", in: 1...100_000_000, help: "symbols to write").also(
    "max-tokens", "n"
  ).defaulting(
    to: Generator<Float>.defaultLength)
  private static let stop = Flag<[UInt8]>.bytes(
    "stop", help: "end when this was written, which is the last thing written then", allowsNone: false
  ).optional("write --length symbols")
  private static let samples = Flag<Int>.integer(
    "samples", in: 1...10_000,
    help: "how many texts to write, each with the next seed; where it is given, --json prints a list of them"
  ).defaulting(to: 1)
  private static let temperature = Flag<Double>.real(
    "temperature", in: .from(0, through: 100), help: "divides the logits; 0 always takes the likeliest symbol"
  ).defaulting(to: Sampling.defaultTemperature)
  private static let topK = Flag<Int>.integer(
    "top-k", in: 1...1_000_000, help: "draw from so many of the likeliest symbols"
  ).also("sample-from").optional("all")
  private static let topP = Flag<Double>.real(
    "top-p", in: .above(0, through: 1),
    help: "draw from the likeliest symbols that together have this probability (nucleus sampling)"
  ).defaulting(to: Sampling.defaultMass)
  private static let experts = Flag<Int>.integer(
    "k", in: Configuration.Limits.experts, help: "experts for each token"
  ).optional("the largest k of training")
  private static let seed = RunFlags.seed.meaning("determines the choices; nothing at temperature 0")

  /// `hyperrouter generate`: text from a checkpoint.
  static let generate = Command(
    "generate", summary: "continue a prompt with a trained model",
    discussion: """
      Prints the prompt and what follows. Several samples are set apart by a line with their seed. A model of \
      bytes reads and writes any; a terminal is shown control characters, and what is not UTF-8, as escapes, and JSON has \
      U+FFFD for the latter. A symbol is chosen by the \
      logits divided by --temperature; then --top-k leaves the likeliest ones, and of these --top-p.
      """,
    bare: RunFlags.newestCheckpoint,
    groups: [
      FlagGroup(
        "What to write",
        [
          RunFlags.newestCheckpoint, RunFlags.weights, prompt, promptFile, length,
          stop, samples,
        ]),
      FlagGroup(
        "How symbols are chosen",
        [
          temperature, topK, topP, seed, experts,
        ]),
      RunFlags.threadsAndOutput,
    ],
    examples: [
      Example("one sentence", "--checkpoint", "runs/book", "--prompt", "Once upon", "--stop", "."),
      Example(
        "three samples without unlikely symbols", "--checkpoint", "runs/book", "--samples", "3", "--top-p", "0.9"),
    ],
    check: { options in
      if options.isGiven(prompt), options.isGiven(promptFile) {
        throw CommandError.usage("--prompt does not go with --prompt-file: one of them is the beginning")
      }
      let (first, count) = (options[seed], options[samples])
      if first > UInt64(Int.max - (count - 1)) {
        throw CommandError.usage("--seed: found \(first), expected room for \(count) seeds")
      }
    }
  ) { options, console in
    let run = try StoredRun(console.run(options[RunFlags.newestCheckpoint]))
    let (N, vocabulary) = (run.configuration.model.experts, run.configuration.vocabulary)
    let k = options[experts] ?? run.configuration.training.kSchedule.maximum
    guard k <= N else {
      throw CommandError.usage("--k: found \(k), expected at most the number of experts, \(N)")
    }
    let given = try Prompt(options[prompt], file: options[promptFile], vocabulary)
    let sampling = Sampling(temperature: options[temperature], symbols: options[topK], mass: options[topP])
    var beginning = Generator(
      try run.model(options[RunFlags.weights]), k: k, sampling: sampling, seed: options[seed],
      workers: Workers(count: options[RunFlags.threads]))
    beginning.read(given.symbols)
    let (isJSON, count) = (options[RunFlags.json], options[samples])
    func show(_ text: String) throws { if !isJSON { try console.emit(text) } }
    var shown = ShownBytes()
    func show(_ bytes: [UInt8]) throws { if !isJSON { try console.emit(bytes, through: &shown) } }
    var texts = GeneratedTexts(prompt: vocabulary.decode(given.symbols), k: k)
    for index in 0..<count {
      let own = options[seed] + UInt64(index)
      var generator = beginning
      generator.reseed(own)
      var stream = DecodedStream(vocabulary, after: given.symbols)
      var written = StoppedText(until: options[stop])
      if count > 1 {
        let heading = "--- sample \(index + 1) of \(count), seed \(own) ---"
        try show((index > 0 ? "\n" : "") + console.style.bold(heading) + "\n")
      }
      try show(given.bytes)
      for _ in 0..<options[length] where !written.isStopped {
        try show(written.append(stream.append(try generator.next())))
      }
      try show(shown.finish() + "\n")
      if isJSON {
        texts.samples.append(GeneratedTexts.Sample(seed: own, text: String(decoding: written.bytes, as: UTF8.self)))
      }
    }
    if isJSON { try console.printObject(Stamped(texts)) }
  }
}
