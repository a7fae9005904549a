import Foundation
import RunFiles
import Training

/// What a `config.json` describes, to be compared with what is asked for.
package protocol ComparedSettings: Codable, Equatable {
  /// The same with what may differ from another one's taken from there.
  func reconciled(with other: Self) -> Self
}

extension RunConfiguration: ComparedSettings {
  /// The same text may lie elsewhere.
  package func reconciled(with other: RunConfiguration) -> RunConfiguration {
    guard fingerprint != nil, fingerprint == other.fingerprint else { return self }
    var run = self
    (run.data, run.validation, run.test) = (other.data, other.validation, other.test)
    return run
  }
}

extension ClassifierConfiguration: ComparedSettings {
  /// What was kept before pooling was kept read the last symbol; before checksums were kept, of which weights is not known.
  package func reconciled(with other: ClassifierConfiguration) -> ClassifierConfiguration {
    var classifier = self
    if pooling ?? .last == other.pooling ?? .last { classifier.pooling = other.pooling }
    classifier.pretrained = pretrained.reconciled(with: other.pretrained)
    return classifier
  }
}

extension ComparedSettings {
  /// Names the first setting, in alphabetical order, in which a run is not what another one is; nil for equal settings:
  /// "training.steps is 30, expected 40" with the names of `config.json`.
  func difference(from other: Self) throws -> String? {
    let run = reconciled(with: other)
    if run == other { return nil }
    func object(_ run: Self) throws -> Any {
      try JSONSerialization.jsonObject(with: JSON.encode(run))
    }
    return Self.difference(try object(run), try object(other), at: []) ?? "a setting is another one"
  }

  private static func difference(_ found: Any?, _ expected: Any?, at path: [String]) -> String? {
    if let found = found as? [String: Any], let expected = expected as? [String: Any] {
      for key in Set(found.keys).union(expected.keys).sorted() {
        if let difference = difference(found[key], expected[key], at: path + [key]) { return difference }
      }
      return nil
    }
    func text(_ value: Any?) -> String { value.map { "\($0)" } ?? "nothing" }
    let texts = (text(found), text(expected))
    if texts.0 == texts.1 { return nil }
    let name = path.joined(separator: ".")
    // The symbols of a text are not worth a line.
    let isShort = max(texts.0.count, texts.1.count) <= 80
    return isShort
      ? "\(name) is \(texts.0), expected \(texts.1)" : "\(name) is another one, expected that of this command"
  }
}

/// Trainings done one after the other, each in a directory of its own inside a common one, and kept when it is finished: of
/// language models, or of classifiers.
struct Keeping<Settings: ComparedSettings> {
  /// Names of directories, and what they hold.
  let planned: [(name: String, settings: Settings)]
  /// What the whole is called in messages, and one of them.
  let nouns: (whole: String, one: String)
  /// Some of them in a few words.
  let summary: ([Settings]) -> String
  /// What is kept beside the settings: of the whole, or of one, by its place; nothing if nil.
  var origin: (_ place: Int?) -> RunOrigin? = { _ in nil }
  /// Whether others may join those that a directory holds.
  var canGrow = false
  let observer: any ExperimentObserver

  /// Makes the directory of all, or opens that of the same ones, or of some of them: others join these.
  func directory(at path: String, with files: any FileOperations) throws -> RunDirectory {
    let directory = try RunDirectory.claim(path, with: files)
    let asked = planned.map(\.settings)
    if directory.contains(RunDirectory.configurationName) {
      // Anything but a list is a run, or nothing of ours.
      guard let kept = try? directory.readJSON([Settings].self, from: RunDirectory.configurationName) else {
        try directory.expectNoRun()
        return directory
      }
      try expectSameParts(in: directory)
      if canGrow, kept.count < asked.count,
        kept.allSatisfy({ kept in asked.contains { kept.reconciled(with: $0) == $0 } })
      {
        // What was found of some is not what is found of all.
        try observer.completing { try directory.remove(RunDirectory.resultsName) }
        try begin(directory, asked, origin(nil))
        observer.advise("the same command goes on")
        return directory
      }
      guard summary(kept) == summary(asked) else {
        throw held(
          "a \(nouns.whole) of \(summary(kept)), expected one of \(summary(asked)) or a new directory", in: directory)
      }
      for (kept, asked) in zip(kept, asked) { try expect(kept, asked, in: directory) }
    } else {
      try directory.expectNoRun()
      for one in planned where (try? RunDirectory.open(directory.path(of: one.name))) != nil {
        throw FileError(
          .cannotCreate, directory.path(of: one.name), "already holds a run, expected a new directory")
      }
      try begin(directory, asked, origin(nil))
    }
    observer.advise("the same command goes on")
    return directory
  }

  /// The results of all in their order: as they were kept, or after training them; nothing is kept without a directory.
  ///
  /// `kept` is nil if there is something left to do; `done` is told the seconds that each took now, nil if it was kept from before.
  func results<Result: Encodable>(
    in whole: RunDirectory?, kept: (_ place: Int, RunDirectory) -> Result?,
    train: (_ place: Int, RunDirectory?) throws -> Result,
    done: (_ place: Int, Result, _ seconds: Double?) throws -> Void
  ) throws -> [Result] {
    try planned.indices.map { place in
      let start = ProcessInfo.processInfo.systemUptime
      let own = try whole.map { try directory(of: place, in: $0) }
      if let result = own.flatMap({ kept(place, $0) }) {
        try done(place, result, nil)
        return result
      }
      if own?.contains(RunDirectory.resultsName) == true {
        observer.note(
          "\(planned[place].name): its results are not those of this model, or lack what is asked for; made again")
      }
      let result = try train(place, own)
      // The results last: where they are, all else is.
      if let own { try observer.completing { try own.writeJSON(Stamped(result), to: RunDirectory.resultsName) } }
      try done(place, result, ProcessInfo.processInfo.systemUptime - start)
      return result
    }
  }

  /// Makes the directory of one, or opens it again.
  private func directory(of place: Int, in whole: RunDirectory) throws -> RunDirectory {
    let (name, settings) = planned[place]
    let directory = try whole.claim(name)
    if directory.contains(RunDirectory.configurationName) {
      try expect(
        directory.readJSON(Settings.self, from: RunDirectory.configurationName), settings, in: directory)
    } else {
      try directory.expectNoRun()
      try begin(directory, settings, origin(place))
    }
    observer.advise("the same command goes on with \(name)")
    return directory
  }

  private func begin(_ directory: RunDirectory, _ settings: some Encodable, _ origin: RunOrigin?) throws {
    try observer.completing {
      if let origin { try directory.writeJSON(origin, to: RunOrigin.name) }
      try directory.writeJSON(settings, to: RunDirectory.configurationName)
    }
  }

  /// Parts may train the same models, and ask other things about them.
  private func expectSameParts(in directory: RunDirectory) throws {
    guard let asked = origin(nil), let kept = try? directory.readJSON(RunOrigin.self, from: RunOrigin.name),
      kept.parts.map(\.open) != asked.parts.map(\.open)
    else { return }
    throw held("what \(kept.beginning) began, expected \(asked.beginning) or a new directory", in: directory)
  }

  private func expect(_ kept: Settings, _ asked: Settings, in directory: RunDirectory) throws {
    guard let difference = try kept.difference(from: asked) else { return }
    throw held("a \(nouns.one) whose \(difference) or a new directory", in: directory)
  }

  private func held(_ what: String, in directory: RunDirectory) -> FileError {
    FileError(.cannotCreate, directory.path, "already holds " + what)
  }
}

/// A JSON object with what made it, and when.
package struct Stamped<Value: Encodable>: Encodable {
  let value: Value

  private enum CodingKeys: CodingKey { case date, programVersion }

  package init(_ value: Value) { self.value = value }

  package func encode(to encoder: any Encoder) throws {
    try value.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(RunOrigin.currentVersion, forKey: .programVersion)
    try container.encode(Date.now.formatted(.iso8601), forKey: .date)
  }
}

/// Where a run or an experiment comes from, kept beside it: what a report says besides measurements.
package struct RunOrigin: Codable, Described, Equatable, Sendable {
  package static let words = "origin: origin.json: where a run or a comparison comes from"

  package static let name = "origin.json"
  /// The version, as `--version` prints it.
  package static let currentVersion = "0.1.0"

  /// Runs that are compared with one another.
  package struct Part: Codable, Described, Equatable, Sendable {
    package static let words = """
      origin_part: runs that are compared with one another, by their directories
      variants: what each of these is a run of, in the same order
      """

    /// The name of a run that is the directory itself.
    package static let itself = "."

    package let name: String
    package let corpus: CorpusSummary
    /// The directories of the runs inside that of the experiment, in the order in which they are done.
    package let runs: [String]
    /// The variant that each of them is a run of, in the same order; nil in directories from before it was kept.
    @OrNull package private(set) var variants: [String]?
    /// What their routers have in common; nil where they differ, of a run, and in directories from before it was kept.
    @OrNull package private(set) var conditions: Conditions?
    /// Whether claims are judged by them.
    package let isJudged: Bool
    /// Which experiment about what the paper leaves open it is; nil if it is none.
    @OrNull package private(set) var open: String?

    init(_ part: ExperimentPart, on corpus: CorpusSummary) {
      name = part.title
      self.corpus = corpus
      runs = part.runs.map(\.name)
      variants = part.runs.map(\.variant.name)
      (conditions, isJudged) = (part.conditions, part.isJudged)
      open = part.open?.id
    }

    /// A run that is the directory itself.
    package init(itselfOn corpus: CorpusSummary) {
      (name, self.corpus, runs, isJudged) = (corpus.name, corpus, [Self.itself], false)
    }
  }

  /// The words of the command line that began it.
  package let command: [String]
  package let version: String
  /// In the form of ISO 8601.
  package let begun: String
  package let system: String
  package let architecture: String
  package let cores: Int
  package let parts: [Part]

  /// What the command line says to begin it: parts of `compare --suite open`, or texts.
  var beginning: String {
    let open = parts.compactMap(\.open)
    return open.isEmpty
      ? "a comparison on \(parts.map(\.name).joined(separator: ", "))"
      : "--suite open --parts \(open.joined(separator: ","))"
  }

  /// Describes what begins now.
  package init(command: [String], _ parts: [Part]) {
    self.command = command
    version = Self.currentVersion
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
