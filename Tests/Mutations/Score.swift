import Foundation

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
