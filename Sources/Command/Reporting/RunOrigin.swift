import Corpora
import Foundation
import RunFiles

/// Where a run or an experiment comes from, kept beside it: what a report says besides measurements.
struct RunOrigin: Codable, Equatable {
  static let name = "origin.json"

  /// Runs that are compared with one another.
  struct Part: Codable, Equatable {
    /// The name of a run that is the directory itself.
    static let itself = "."

    let name: String
    let corpus: CorpusSummary
    /// The directories of the runs inside that of the experiment, in the order in which they are done.
    let runs: [String]
    /// Whether claims are judged by them.
    let isJudged: Bool

    init(_ name: String, _ corpus: Corpus, runs: [String], isJudged: Bool) {
      self.name = name
      self.corpus = CorpusSummary(corpus)
      self.runs = runs
      self.isJudged = isJudged
    }
  }

  /// The words of the command line that began it.
  let command: [String]
  let version: String
  /// In the form of ISO 8601.
  let begun: String
  let system: String
  let architecture: String
  let cores: Int
  let parts: [Part]

  /// The parts as those of `compare --suite open`; nil of another experiment.
  var openParts: [OpenPart]? {
    let open = parts.compactMap { OpenPart(title: $0.name, text: $0.corpus.name) }
    return open.count == parts.count && !open.isEmpty ? open : nil
  }

  /// What the command line says to begin it: parts of `compare --suite open`, or texts.
  var beginning: String {
    openParts.map { "--suite open --parts \($0.map(\.rawValue).joined(separator: ","))" }
      ?? "a comparison on \(parts.map(\.name).joined(separator: ", "))"
  }

  /// Describes what begins now.
  init(_ options: Options, _ parts: [Part]) {
    command = options.words
    version = Program.currentVersion
    begun = Date().formatted(.iso8601)
    system = ProcessInfo.processInfo.operatingSystemVersionString
    architecture = Self.builtFor
    cores = ProcessInfo.processInfo.activeProcessorCount
    self.parts = parts
  }

  private static var builtFor: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "arm64"
    #else
      "another architecture"
    #endif
  }
}

extension Sequence<String> {
  /// Words as a shell reads them back.
  var shellLine: String {
    map { word in
      let plain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./:,=+@%".contains($0)) }
      return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: #"'\''"#) + "'"
    }.joined(separator: " ")
  }
}
