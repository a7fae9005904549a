import Corpora

/// What results say of the text.
struct CorpusSummary: Codable, Equatable {
  let name: String
  let tokens: String
  let vocabulary: Int
  let trainingSymbols: Int
  let validationSymbols: Int
  let testSymbols: Int
  /// Known for the built-in corpus only.
  let entropyBitsPerCharacter: Double?

  enum CodingKeys: String, CodingKey {
    case name, tokens, vocabulary
    case trainingSymbols = "training_symbols"
    case validationSymbols = "validation_symbols"
    case testSymbols = "test_symbols"
    case entropyBitsPerCharacter = "entropy_bits_per_character"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(tokens, forKey: .tokens)
    try container.encode(vocabulary, forKey: .vocabulary)
    try container.encode(trainingSymbols, forKey: .trainingSymbols)
    try container.encode(validationSymbols, forKey: .validationSymbols)
    try container.encode(testSymbols, forKey: .testSymbols)
    // Null where unknown: a reader need not ask whether the key is there.
    try container.encode(entropyBitsPerCharacter, forKey: .entropyBitsPerCharacter)
  }

  init(_ corpus: Corpus) {
    name = corpus.name
    tokens = corpus.vocabulary.tokenization.rawValue
    vocabulary = corpus.vocabulary.count
    trainingSymbols = corpus.splits.train.symbols.count
    validationSymbols = corpus.splits.validation.symbols.count
    testSymbols = corpus.splits.test.symbols.count
    entropyBitsPerCharacter = corpus.entropyBitsPerCharacter
  }
}

extension Corpus {
  /// What a symbol is to a reader: a byte of a text in which some characters have several is not one of them.
  var symbol: String {
    switch vocabulary.tokenization {
    case .words: "word"
    case .characters: "character"
    case .bytes: vocabulary.isASCII ? "character" : "byte"
    }
  }

  /// What losses are counted in.
  var unit: String { "bits per \(symbol)" }
}
