import Corpora
import RunFiles

/// What results say of the text.
struct CorpusSummary: Codable, Equatable {
  let name: String
  let tokens: String
  /// What a symbol is to a reader: character, byte or word; bits are per symbol.
  let symbol: String
  let vocabulary: Int
  let trainingSymbols: Int
  let validationSymbols: Int
  let testSymbols: Int
  /// Known for some built-in corpora only.
  @OrNull private(set) var entropyBitsPerSymbol: Double?
  /// What recalled symbols cost without any memory; nil where nothing is recalled.
  @OrNull private(set) var recallBitsByChance: Double?

  init(_ corpus: Corpus) {
    name = corpus.name
    tokens = corpus.vocabulary.tokenization.rawValue
    symbol = corpus.symbol
    vocabulary = corpus.vocabulary.count
    trainingSymbols = corpus.splits.train.symbols.count
    validationSymbols = corpus.splits.validation.symbols.count
    testSymbols = corpus.splits.test.symbols.count
    entropyBitsPerSymbol = corpus.entropyBitsPerCharacter
    recallBitsByChance = corpus.builtin?.facts.recallBitsByChance
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
