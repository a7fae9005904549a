import MixtureOfExperts
import Training

/// The flags of `generate` alone.
enum GenerateFlags {
  static let prompt = Flag<String>.string("prompt", help: "the beginning of the text").optional(
    "a line feed, or the vocabulary's first symbol")
  static let promptFile = Flag<String>.path(
    "prompt-file", help: "a file that holds the beginning, its last line feed included, or - for standard input"
  ).optional("--prompt")
  static let length = Flag<Int>.integer(
    "length", in: 1...100_000_000, help: "symbols to write"
  ).defaulting(to: Generator<Float>.defaultLength)
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
  static let seed = Flag<Int>.integer(
    "seed", in: 0...Int.max, help: "determines the choices; nothing at temperature 0"
  ).defaulting(to: Int(TrainingOptions.Defaults.seed))

  /// How the flags say that symbols are chosen.
  static func sampling(_ options: Options) -> Sampling {
    Sampling(temperature: options[temperature], symbols: options[topK], mass: options[topP])
  }

  /// Refuses flags that do not go together.
  static func check(_ options: Options) throws(CommandError) {
    if options.isGiven(prompt), options.isGiven(promptFile) {
      throw .usage("--prompt does not go with --prompt-file: one of them is the beginning")
    }
    let last = options[seed].addingReportingOverflow(options[samples] - 1)
    if last.overflow { throw .usage("--seed: found \(options[seed]), expected room for \(options[samples]) seeds") }
  }
}
