/// The object that `generate --json` prints.
struct GeneratedTexts: Encodable {
  /// A continuation.
  struct Sample: Encodable {
    let seed: UInt64
    let text: String
  }

  let prompt: String
  /// Experts for each token.
  let k: Int
  let samples: [Sample]
}
