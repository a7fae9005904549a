import Corpora
import Experiments
import Jacobian
import Training

/// A part of `compare --suite open`: something that the paper leaves open.
enum OpenPart: String, CaseIterable {
  /// 𝓗 shared by all layers, coordinate-wise, of other sizes.
  case shape
  /// More and more experts at equal work for each token.
  case experts
  /// Load, specialisation and diversity beside routers that are made for them.
  case balance
  /// Longer memories, and what is lost without one.
  case reach
  /// A text in which keys are asked again at all distances.
  case recall
  /// Values of nested lists.
  case lists
  /// Classifiers that begin with the models of `reach`.
  case finetune
  /// The words of a text that the user has.
  case words

  /// How many words the part `words` knows unless `--vocabulary` says otherwise, `<unk>` included.
  static let vocabulary = 2000

  /// A finished run.
  typealias Run = (configuration: RunConfiguration, result: RouterResult)

  /// What tables and the page call it.
  var title: String {
    switch self {
    case .shape: "The shape of 𝓗"
    case .experts: "Many experts at equal work"
    case .balance: "Load, specialisation, diversity"
    case .reach: "How far back models see"
    case .recall: "Keys that are asked again"
    case .lists: "Values of nested lists"
    case .finetune: "Finetuning"
    case .words: "Words of a text"
    }
  }

  /// The part that was kept under a title; nil of runs that were kept under the name of their text, as every other experiment is.
  init?(title: String, text: String?) {
    guard title != text, let part = Self.allCases.first(where: { $0.title == title }) else { return nil }
    self = part
  }

  /// The built-in text; nil for the part whose text is that of `--data`.
  var builtin: BuiltinCorpus? {
    switch self {
    case .shape, .experts, .balance, .reach, .finetune: .dialects
    case .recall: .recall
    case .lists: .lists
    case .words: nil
    }
  }

  /// The text, as the command line names it.
  func specification(_ options: Options) -> String { builtin?.rawValue ?? options[RunFlags.data] }

  /// Reads the text.
  ///
  /// - Parameter options: The sizes, and where the text of words is.
  /// - Throws: `FileError` if it is not there or not usable.
  func corpus(_ options: Options) throws -> Corpus {
    let minimum = options.settings.minimumSymbols
    return builtin == nil
      ? try Corpus.load(
        specification(options), tokenization: .words, words: options[RunFlags.vocabulary] ?? Self.vocabulary,
        minimum: minimum)
      : try Corpus.load(specification(options), tokenization: .bytes, minimum: minimum)
  }

  /// What was trained and measured, in a sentence or two.
  var method: String {
    switch self {
    case .shape:
      "HyperRouter at equal conditions, and variants that differ from it in one thing each; W_r begins as large, and moves as fast, "
        + "in expectation."
    case .experts:
      "Every token has k experts of the same width, however many there are; k is kept in training. Scale and speed of W_r are equal."
    case .balance:
      "k is kept in training; scale and speed of W_r are equal. expert-choice sees the segment's future in training: an upper bound "
        + "there. By chance: tokens whose logits are dealt out anew among experts (load) or among tokens (dialect)."
    case .reach:
      "Equal conditions. Recall symbols repeat a letter that stands \(DialectCorpus.recallDistance) characters before."
    case .recall: "Equal conditions, on a text whose values are asked again soon or late."
    case .lists:
      "Equal conditions, on nested lists and their values."
    case .finetune:
      "Equal conditions; the models are then finetuned to tell the dialect of a line whose marker is hidden, beside the same network "
        + "from scratch and a frozen body."
    case .words:
      "Equal conditions, on the words of the text of --data: the most frequent ones of its training part, <unk> for the others."
    }
  }

  /// What the steps of the preset are multiplied by: many experts and words take long, and lists are learned late.
  var stepFactor: Double {
    switch self {
    case .experts, .words: 1 / 3
    case .lists: 5 / 3
    case .shape, .balance, .reach, .recall, .finetune: 1
    }
  }

  /// η at its highest where that of the preset teaches nothing in so many steps; nil elsewhere.
  var learningRate: Double? { self == .lists ? 6e-3 : nil }

  /// Answers its questions by what was measured.
  ///
  /// - Parameter runs: Finished runs of the part.
  /// - Returns: None where pairs are missing.
  func answers(_ runs: [Run]) -> [OpenAnswer] {
    guard let first = runs.first else { return [] }
    let measures = SeededRuns(runs.map(\.result.measures))
    let model = first.configuration.model
    switch self {
    case .shape:
      guard let base = runs.first(where: { $0.result.variant == ShapeVariants.base.name }) else { return [] }
      return OpenAnswer.shape(measures, ShapeVariants(around: base.configuration.model))
    case .experts: return OpenAnswer.experts(measures, k: first.result.commonK)
    case .balance: return OpenAnswer.balance(measures, k: first.result.commonK)
    case .reach:
      let isKnown = first.configuration.data == DialectCorpus.name
      return OpenAnswer.reach(
        measures, segment: model.segment, stateBits: isKnown ? DialectCorpus.stateBits : nil)
    case .recall:
      guard let chance = BuiltinCorpus.recall.facts.recallBitsByChance else { return [] }
      return OpenAnswer.recall(measures, segment: model.segment, chance: chance)
    case .lists: return OpenAnswer.lists(measures)
    case .finetune: return OpenAnswer.finetuning(measures)
    case .words: return OpenAnswer.words(measures, k: first.result.commonK)
    }
  }
}
