import CommandLineInterface
import Corpora
import Foundation
import RunFiles
import Tensors
import Training
import TransformerXL

extension Command {
  private static let prompt = Flag<String>.string("prompt", help: "the beginning of the text").optional(
    "a line feed, or the vocabulary's first symbol")
  private static let length = Flag<Int>.integer(
    "length", in: 1...100_000_000, help: "symbols to write"
  ).defaulting(to: Generator<Float>.defaultLength)
  private static let temperature = Flag<Double>.real(
    "temperature", in: .from(0, through: 100), help: "divides the logits; 0 always takes the likeliest symbol"
  ).defaulting(to: Generator<Float>.defaultTemperature)
  private static let experts = Flag<Int>.integer(
    "k", in: Configuration.Limits.experts, help: "experts for each token"
  ).optional("the largest k of training")

  /// `hyperrouter generate`: text from a checkpoint.
  static let generate = Command(
    "generate", summary: "continue a prompt with a trained model",
    groups: [
      FlagGroup(
        "What to write",
        [
          RunFlags.checkpoint, RunFlags.weights, prompt, length, temperature, experts, RunFlags.seed, RunFlags.threads,
          RunFlags.json,
        ])
    ]
  ) { options, console in
    try reporting {
      let run = try StoredRun(RunDirectory.open(options[RunFlags.checkpoint]))
      let (configuration, vocabulary) = (run.configuration.model, run.configuration.vocabulary)
      let k = options[experts] ?? run.configuration.training.kSchedule.maximum
      guard k <= configuration.experts else {
        throw CommandError.usage("--k: found \(k), expected at most the number of experts, \(configuration.experts)")
      }
      let symbols = try beginning(options[prompt], vocabulary)
      var generator = Generator(
        try run.model(options[RunFlags.weights]), k: k, temperature: options[temperature],
        seed: UInt64(options[RunFlags.seed]),
        workers: Workers(count: options[RunFlags.threads]))
      generator.read(symbols)
      var stream = DecodedStream(vocabulary, after: symbols)
      if !options[RunFlags.json] { try console.emit(options[prompt] ?? "") }
      var generated = ""
      for _ in 0..<options[length] {
        let piece = stream.append(try generator.next())
        generated += piece
        if !options[RunFlags.json] { try console.emit(piece) }
      }
      if options[RunFlags.json] {
        try console.printObject(
          Stamped(
            GeneratedText(
              prompt: vocabulary.decode(symbols), text: generated, k: k, seed: UInt64(options[RunFlags.seed]))))
      } else {
        try console.emit("\n")
      }
    }
  }
}

/// The symbols that generation starts from.
private func beginning(_ prompt: String?, _ vocabulary: Vocabulary) throws -> [Int32] {
  guard let prompt else { return (try? vocabulary.encode("\n")) ?? [0] }
  do {
    let symbols = try vocabulary.encode(prompt)
    guard !symbols.isEmpty else { throw CommandError.usage("--prompt: found no symbols, expected at least one") }
    return symbols
  } catch let error as CorpusError {
    throw CommandError.usage("--prompt: \(error)")
  }
}

/// The object that `generate --json` prints.
private struct GeneratedText: Encodable {
  let prompt: String
  let text: String
  let k: Int
  let seed: UInt64
}

/// Turns symbols into text as they come; a character of several bytes appears when it is whole.
private struct DecodedStream {
  private let vocabulary: Vocabulary
  private var symbols: [Int32]
  private var shown: Int

  init(_ vocabulary: Vocabulary, after prompt: [Int32]) {
    self.vocabulary = vocabulary
    symbols = prompt
    shown = vocabulary.decodeBytes(prompt).count
  }

  /// Adds a symbol and returns the text that became whole.
  mutating func append(_ symbol: Int32) -> String {
    symbols.append(symbol)
    let bytes = vocabulary.decodeBytes(symbols)
    let fresh = bytes[min(shown, bytes.count)...]
    // A lead byte promises up to three more; a text that breaks the promise is shown as it is.
    let isIncomplete = fresh.count < 4 && String(validating: fresh, as: UTF8.self) == nil
    if isIncomplete { return "" }
    // Only the last symbols matter for what comes next: words are joined to their predecessor.
    symbols = Array(symbols.suffix(1))
    shown = vocabulary.decodeBytes(symbols).count
    return String(decoding: fresh, as: UTF8.self)
  }
}
