/// The object that `generate --json` prints.
struct GeneratedTexts: Encodable {
  /// A continuation.
  struct Sample: Encodable {
    let seed: UInt64
    let text: String
  }

  let prompt: String
  let k: Int
  let samples: [Sample]
  /// Whether there is a list, however many there are.
  let isList: Bool

  enum CodingKeys: String, CodingKey { case prompt, k, samples, text, seed }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(prompt, forKey: .prompt)
    try container.encode(k, forKey: .k)
    if isList {
      try container.encode(samples, forKey: .samples)
    } else {
      try container.encode(samples[0].text, forKey: .text)
      try container.encode(samples[0].seed, forKey: .seed)
    }
  }
}
