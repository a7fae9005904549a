import CommandLineInterface
import Corpora
import Foundation
import RunFiles
import Training

extension Command {
  private static let output = Flag<String>.path("out", "FILE", help: "where the text goes").optional("standard output")
  private static let lines = Flag<Int>.integer(
    "lines", in: 1...10_000_000, help: "lines of \(PositionKind.line.count) characters"
  ).defaulting(to: DialectCorpus.defaultLines)
  private static let seed = Flag<Int>.integer(
    "seed", in: 0...Int.max, help: "chooses the sample; the dialects stay the same"
  ).defaulting(to: Int(DialectCorpus.defaultSeed))

  /// `hyperrouter corpus`: the built-in corpus as a file.
  static func corpus(_ interruption: Interruption) -> Command {
    Command(
      "corpus", summary: "write the built-in corpus, whose entropy is known exactly",
      discussion: """
        \(DialectCorpus.name): lines of a marker, a key letter, 44 letters from the marker's dialect (a Markov chain), the key
        again, and a line feed. With --json the text goes to --out only, and standard output gets its description.
        """,
      groups: [FlagGroup("The sample", [lines, seed]), FlagGroup("Output", [output, RunFlags.json])],
      examples: [
        Example("the text that runs use", "--out", "dialects.txt"),
        Example("ten lines of another sample", "--lines", "10", "--seed", "2"),
      ],
      check: { options in
        // The text, and the text once more as it is printed or written.
        let bytes = 2 * Double(options[lines]) * Double(PositionKind.line.count)
        if let shortage = shortage(of: bytes) { throw CommandError.usage("--lines: \(shortage)") }
      }
    ) { options, console in
      try reporting {
        let corpus = DialectCorpus(seed: UInt64(options[seed]), lines: options[lines])
        if let path = options[output] {
          // A reader of a pipe may take its time.
          try AtomicFile.isReplaced(path)
            ? interruption.completing { try corpus.write(to: path) } : corpus.write(to: path)
        }
        let summary = GeneratedCorpus(
          name: DialectCorpus.name, characters: corpus.text.count, lines: options[lines], seed: options[seed],
          entropyBitsPerCharacter: DialectCorpus.entropyBitsPerCharacter, path: options[output])
        if options[RunFlags.json] {
          try console.printObject(Stamped(summary))
        } else if options[output] == nil {
          try console.emit(String(decoding: corpus.text, as: UTF8.self))
        }
        if !options[RunFlags.json] {
          let entropy = String(format: "%.6f", summary.entropyBitsPerCharacter)
          console.note("\(summary.characters) characters, exact entropy \(entropy) bits per character")
        }
      }
    }
  }
}

/// The object that `corpus --json` prints.
private struct GeneratedCorpus: Encodable {
  let name: String
  let characters: Int
  let lines: Int
  let seed: Int
  let entropyBitsPerCharacter: Double
  /// Nil where the text was not written to a file.
  @OrNull private(set) var path: String?

  enum CodingKeys: String, CodingKey {
    case name, characters, lines, seed, path
    case entropyBitsPerCharacter = "entropy_bits_per_symbol"
  }
}
