import Foundation
import Synchronization

/// The whole work: choose, write, build, run, count.
struct MutationRun: Sendable {
  /// How many places are wanted.
  var count = 400
  /// Chooses the places.
  var seed: UInt64 = 1
  /// Only places of these targets; empty for all.
  var targets: Set<String> = []
  /// Runs at a time.
  var jobs = ProcessInfo.processInfo.activeProcessorCount
  /// Whether what was noticed in the last run stands, and only the rest is run.
  var isContinuing = false
  /// Whether places are only listed.
  var isListing = false
  /// Where the package is.
  var package = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)

  private var folder: URL { package.appending(path: ".build/mutations") }
  /// What became of every change of the last run.
  private var resultsFile: URL { folder.appending(path: "results.json") }
  /// Changes that do not compile: they need not be tried again.
  private var refusedFile: URL { folder.appending(path: "refused.json") }

  /// Says for every place what noticed it.
  func callAsFunction() throws -> Score? {
    let copy = ScratchCopy(package: package, tree: folder.appending(path: "tree"))
    let sources = try copy.sources()
    let all = sources.map { Candidates.of($0.text, file: $0.file, target: $0.target) }
    let chosen = Selection.chosen(from: all, count: count, seed: seed)
    guard !chosen.isEmpty else { throw MutationError("found no place to change, so nothing is known about the tests") }
    if isListing {
      for place in chosen.map(\.place) {
        print("\(place.file):\(place.line) \(place.kind.rawValue)\n\(place.difference)")
      }
      return nil
    }
    let earlier = isContinuing ? try decoded([Score.Entry].self, from: resultsFile).filter(\.outcome.isNoticed) : []
    let refused = Set((try? decoded([String].self, from: refusedFile)) ?? [])
    let wanted = chosen.map { candidate in
      let isWanted = targets.isEmpty || targets.contains(candidate.place.target)
      return isWanted && !refused.contains(candidate.place.identity) ? candidate : nil
    }
    let built = try copy.build(wanted, note: Self.note)
    let faulty = zip(wanted, built).compactMap { wanted, built in built == nil ? wanted?.place.identity : nil }
    try JSONEncoder().encode(refused.union(faulty).sorted()).write(to: refusedFile)
    let tests = TestRun(program: try copy.testProgram(), folder: copy.tree, limit: 240)
    let entries = try run(built.map { $0?.place }, tests, known: earlier)
    return Score(entries: entries, equivalences: try equivalences())
  }

  private func run(_ places: [Place?], _ tests: TestRun, known: [Score.Entry]) throws -> [Score.Entry] {
    let began = Date()
    let whole = try expectGreen(tests)
    Self.note("\(whole) tests pass without a change in \(Int(-began.timeIntervalSinceNow)) s")
    let outcomes = Dictionary(known.map { ($0.place.identity, $0.outcome) }) { first, _ in first }
    let numbered = places.enumerated().compactMap { index, place in place.map { (number: index + 1, place: $0) } }
    let entries = Mutex(
      numbered.compactMap { number, place in
        outcomes[place.identity].map { Score.Entry(number: number, place: place, outcome: $0) }
      })
    let waiting = Mutex(numbered.filter { outcomes[$0.place.identity] == nil }[...])
    let failure = Mutex<MutationError?>(nil)
    DispatchQueue.concurrentPerform(iterations: jobs) { _ in
      while let (number, place) = waiting.withLock({ $0.popFirst() }) {
        do {
          let outcome = try outcome(number, place, tests, whole: whole)
          try entries.withLock { entries in
            entries.append(Score.Entry(number: number, place: place, outcome: outcome))
            try JSONEncoder().encode(entries).write(to: resultsFile)
          }
          Self.note("\(number)/\(places.count) \(place.file):\(place.line) \(place.kind.rawValue): \(outcome)")
        } catch {
          failure.withLock { $0 = MutationError("\(error)") }
          waiting.withLock { $0 = [] }
        }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    let ran = entries.withLock { $0.sorted { $0.number < $1.number } }
    guard !ran.isEmpty else { throw MutationError("found no change to run, so nothing is known about the tests") }
    return ran
  }

  /// Runs the tests without a change, several times, as many at once as there will be.
  ///
  /// A test that often fails by chance would notice anything. As with a change, a failure has to come again.
  private func expectGreen(_ tests: TestRun) throws -> Int {
    let outcomes = Mutex<[Result<TestRun.Outcome, any Error>]>([])
    DispatchQueue.concurrentPerform(iterations: jobs) { _ in
      for _ in 0..<2 {
        var outcome = Result { try tests(0, []) }
        if case .success(let first) = outcome, first.isNoticed {
          Self.note("without any change, once: \(first)")
          outcome = Result { try tests(0, []) }
        }
        outcomes.withLock { $0.append(outcome) }
      }
    }
    let counts = try outcomes.withLock { $0 }.map { result -> Int in
      let outcome = try result.get()
      guard case .passed(let count) = outcome, count > 0 else {
        throw MutationError("the tests fail without any change: \(outcome)")
      }
      return count
    }
    guard let whole = counts.first, counts.allSatisfy({ $0 == whole }) else {
      throw MutationError("found \(counts) tests in runs without a change, expected the same number in all")
    }
    return whole
  }

  /// Runs the tests of the place's own target first, then all others.
  private func outcome(_ number: Int, _ place: Place, _ tests: TestRun, whole: Int) throws -> TestRun.Outcome {
    let own = "^\(place.target)Tests\\."
    var near = try tests(number, ["--filter", own])
    // Tests of commands start processes and stop them, and depend on time.
    if place.target == "Command", near.isNoticed { near = try tests(number, ["--filter", own]) }
    guard case .passed(let nearby) = near else { return near }
    let far = try tests(number, ["--skip", own])
    guard case .passed(let others) = far else {
      // So far from the change a failure must not be chance: it has to come again.
      let again = try tests(number, ["--skip", own])
      guard case .passed(let others) = again else { return far }
      Self.note("\(place.file):\(place.line): not noticed again, which leaves it unnoticed: \(far)")
      return .passed(tests: nearby + others)
    }
    guard nearby + others == whole else {
      throw MutationError("\(nearby) and \(others) tests ran, expected \(whole) together")
    }
    return .passed(tests: whole)
  }

  private func equivalences() throws -> [Score.Equivalence] {
    try decoded([Score.Equivalence].self, from: package.appending(path: "Fixtures/equivalent-mutations.json"))
  }

  private func decoded<Value: Decodable>(_ type: Value.Type, from file: URL) throws -> Value {
    try JSONDecoder().decode(type, from: Data(contentsOf: file))
  }

  private static func note(_ line: String) { FileHandle.standardError.write(Data("\(line)\n".utf8)) }
}

/// What became of every change.
struct Score {
  /// A change and what became of it.
  struct Entry: Codable {
    let number: Int
    let place: Place
    let outcome: TestRun.Outcome
  }

  /// Why a change that no test notices changes nothing.
  struct Equivalence: Codable {
    let file: String
    let original: String
    let changed: String
    let reason: String
  }

  let entries: [Entry]
  /// Reasons by the place's identity.
  let reasons: [String: String]

  init(entries: [Entry], equivalences: [Equivalence]) {
    self.entries = entries
    let pairs = equivalences.map { ("\($0.file)\n\($0.original)\n\($0.changed)", $0.reason) }
    reasons = Dictionary(pairs) { first, _ in first }
  }

  /// Changes that nothing noticed.
  var survivors: [Entry] { entries.filter { !$0.outcome.isNoticed } }

  /// Survivors for which nobody has said why they change nothing.
  var unexplained: [Entry] { survivors.filter { reasons[$0.place.identity] == nil } }

  /// The score as text: a table by target, a table by kind, the survivors.
  var report: String {
    func row(_ name: String, _ entries: [Entry]) -> String {
      let (crashed, hung) = (entries.count { $0.outcome == .crashed }, entries.count { $0.outcome == .hung })
      let noticed = entries.count { $0.outcome.isNoticed } - crashed - hung
      let explained = entries.count { !$0.outcome.isNoticed && reasons[$0.place.identity] != nil }
      let left = entries.count - noticed - crashed - hung - explained
      return "| \(name) | \(entries.count) | \(noticed) | \(crashed) | \(hung) | \(explained) | \(left) |"
    }
    let header = [
      "| | places | a test failed | the tests crashed | they did not end | changes nothing | not noticed |",
      "|---|---|---|---|---|---|---|",
    ]
    let byTarget = Dictionary(grouping: entries, by: \.place.target).sorted { $0.key < $1.key }
    let byKind = Dictionary(grouping: entries, by: \.place.kind.rawValue).sorted { $0.key < $1.key }
    let list = survivors.map { entry in
      let place = entry.place
      let reason = reasons[place.identity].map { "\n    \($0)" } ?? ""
      return "\(place.file):\(place.line) (\(place.kind.rawValue))\n\(place.difference)\(reason)"
    }
    return
      (header + byTarget.map(row) + [row("all", entries), ""] + header + byKind.map(row) + [""] + list)
      .joined(separator: "\n")
  }
}
