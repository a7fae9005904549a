import Corpora
import Experiments
import Jacobian
import MixtureOfExperts
import Training

/// The experiments that judge the paper's claims: `compare --suite paper`.
///
/// What is compared is fixed here, before any of it is run: causes apart (the k schedule, the scale of W_r, its speed), both gate
/// orders, the other routers, and a real text if one is given.
struct PaperSuite {
  /// Runs that are compared with one another: one text, one gate order.
  struct Part {
    /// What tables call it.
    let name: String
    /// What directories' names begin with.
    let prefix: String
    let corpus: Corpus
    let specification: String
    let variants: [Variant]
    let seeds: [UInt64]
    /// The order of softmax and top-k of all its variants.
    var gateOrder = GateOrder.softmaxThenTopK
    /// Whether claims are judged by it.
    var isJudged = false
    /// Whether the three routers at equal conditions, trained for the first part, stand beside its own.
    var hasThreeBeside = false
  }

  /// The routers besides the paper's three.
  private static let others = RouterKind.allCases.filter {
    !RouterKind.compared.contains($0) && $0 != .denseDropout
  }

  /// All that is trained, whatever the texts and seeds.
  static var variants: [Variant] { FactorialCell.factorial.map(\.variant) + others.map { Variant.equal($0) } }

  private(set) var parts: [Part]

  /// The seeds of the main part unless --seeds says otherwise.
  static let defaultSeeds = 5
  /// The seeds of all other parts, if the main part has as many.
  static let fewerSeeds = 3

  /// Plans the suite.
  ///
  /// - Parameters:
  ///   - dialects: The built-in corpus.
  ///   - text: A real text and how the command line names it, if one is given.
  ///   - seeds: The seeds of the main part.
  init(dialects: Corpus, text: (corpus: Corpus, specification: String)?, seeds: [UInt64]) {
    let fewer = Array(seeds.prefix(Self.fewerSeeds))
    func onDialects(_ name: String, _ prefix: String, _ variants: [Variant], _ seeds: [UInt64]) -> Part {
      Part(
        name: name, prefix: prefix, corpus: dialects, specification: DialectCorpus.name, variants: variants,
        seeds: seeds)
    }
    func reversed(_ variant: Variant) -> Variant {
      var variant = variant
      variant.gateOrder = .topKThenSoftmax
      return variant
    }
    var causes = onDialects("dialects, causes apart", "dialects-", FactorialCell.factorial.map(\.variant), seeds)
    causes.isJudged = true
    var beside = onDialects(
      "dialects, other routers at equal conditions", "dialects-", Self.others.map { Variant.equal($0) }, fewer)
    beside.hasThreeBeside = true
    var released = onDialects(
      "dialects, top-k before softmax", "dialects-topk-softmax-",
      FactorialCell.factorial.map { reversed($0.variant) }, fewer)
    released.isJudged = true
    released.gateOrder = .topKThenSoftmax
    parts = [causes, released, beside]
    if let text {
      parts.append(
        Part(
          name: text.corpus.name, prefix: "text-", corpus: text.corpus, specification: text.specification,
          variants: (FactorialCell.original + FactorialCell.equal).map(\.variant), seeds: fewer, isJudged: true))
    }
  }
}
