import Corpora
import Experiments
import Foundation
import RunFiles
import Training

extension Command {
  private static let data = Flag<BuiltinCorpus>.choice(
    "data", of: BuiltinCorpus.self, help: "which text"
  ).defaulting(to: .standard)
  private static let output = Flag<String>.path("out", "FILE", help: "where the text goes").also(
    "output", "o"
  ).optional("standard output")
  private static let lines = Flag<Int>.integer(
    "lines", in: 1...10_000_000, help: "how many lines"
  ).optional("as many as runs read")
  private static let seed = Flag<Int>.integer(
    "seed", in: 0...Int.max, help: "chooses the sample; what is common to all samples stays the same"
  ).defaulting(to: Int(BuiltinCorpus.defaultSeed))

  /// `hyperrouter corpus`: a built-in corpus as a file.
  static func corpus(_ interruption: Interruption) -> Command {
    Command(
      "corpus", summary: "write a built-in corpus, of which more is known than of a file",
      discussion: BuiltinCorpus.allCases.map { "\($0.rawValue): \($0.facts.lines)." }.joined(separator: " ")
        + " With --json the text goes to --out only, and standard output gets its description.",
      groups: [FlagGroup("The sample", [data, lines, seed]), FlagGroup("Output", [output, RunFlags.json])],
      examples: [
        Example("the text that runs use", "--out", "topics.txt"),
        Example("ten lists of another sample", "--data", "builtin:lists", "--lines", "10", "--seed", "2"),
      ],
      check: { options in
        // The text, what is known of each character, and the text once more as it is printed or written.
        let facts = options[data].facts
        let bytes = 8 * Double(options[lines] ?? facts.defaultLines) * Double(facts.longestLine)
        if let shortage = MemoryShortage(of: bytes) { throw CommandError.usage("--lines: \(shortage)") }
      }
    ) { options, console in
      let (name, facts) = (options[data], options[data].facts)
      let count = options[lines] ?? facts.defaultLines
      let corpus = name.type.init(seed: UInt64(options[seed]), lines: count)
      if let path = options[output] {
        // A reader of a pipe may take its time.
        try AtomicFile.isReplaced(path)
          ? interruption.completing { try corpus.write(to: path) } : corpus.write(to: path)
      }
      let summary = GeneratedCorpus(
        name: name.rawValue, characters: corpus.text.count, lines: count, seed: options[seed],
        entropyBitsPerSymbol: facts.entropyBitsPerCharacter, path: options[output])
      if options[RunFlags.json] {
        try console.printObject(Stamped(summary))
      } else if options[output] == nil {
        try console.emit(String(decoding: corpus.text, as: UTF8.self))
      }
      if !options[RunFlags.json] {
        let entropy = facts.entropyBitsPerCharacter.map {
          "exact entropy \(String(format: "%.6f", $0)) bits per character"
        }
        console.note("\(summary.characters) characters, \(entropy ?? "whose entropy is not known")")
      }
    }
  }
}

/// The object that `corpus --json` prints.
struct GeneratedCorpus: Codable, Described {
  static let words = "written_corpus: corpus --json"
  let name: String
  let characters: Int
  let lines: Int
  let seed: Int
  /// Nil where it is not known.
  @OrNull private(set) var entropyBitsPerSymbol: Double?
  /// Nil where the text was not written to a file.
  @OrNull private(set) var path: String?
}
