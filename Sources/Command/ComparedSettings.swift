import Foundation
import RunFiles
import Training

/// What a `config.json` describes, to be compared with what a command line describes.
protocol ComparedSettings: Encodable, Equatable {
  /// The same with what may differ from another one's taken from there.
  func reconciled(with other: Self) -> Self
}

extension RunConfiguration: ComparedSettings {
  /// The same text may lie elsewhere.
  func reconciled(with other: RunConfiguration) -> RunConfiguration {
    guard fingerprint != nil, fingerprint == other.fingerprint else { return self }
    var run = self
    run.data = other.data
    return run
  }
}

extension ClassifierConfiguration: ComparedSettings {
  func reconciled(with other: ClassifierConfiguration) -> ClassifierConfiguration { self }
}

extension ComparedSettings {
  /// Names the first setting, in alphabetical order, in which a run is not what another one is.
  ///
  /// - Parameter other: What is expected.
  /// - Returns: "training.steps is 30, expected 40" with the names of `config.json`, or nil for equal settings.
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
    let texts = (text(found), text(expected))
    if texts.0 == texts.1 { return nil }
    let name = path.joined(separator: ".")
    // The symbols of a text are not worth a line.
    let isShort = max(texts.0.count, texts.1.count) <= 80
    return isShort
      ? "\(name) is \(texts.0), expected \(texts.1)" : "\(name) is another one, expected that of this command"
  }

  private static func text(_ value: Any?) -> String {
    value.map { "\($0)" } ?? "nothing"
  }
}
