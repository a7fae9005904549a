import Analysis
import CommandLineInterface
import Corpora
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
  }

  let parts: [Part]

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
    let others = RouterKind.allCases.filter { !RouterKind.compared.contains($0) && $0 != .denseDropout }
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
    parts =
      [
        onDialects("dialects, causes apart", "dialects-", FactorialCell.factorial.map(\.variant), seeds),
        onDialects(
          "dialects, top-k before softmax", "dialects-topk-softmax-",
          FactorialCell.factorial.map { reversed($0.variant) }, fewer
        ),
        onDialects(
          "dialects, other routers at equal conditions", "dialects-", others.map { Variant.equal($0) }, fewer),
      ]
      + (text.map { text in
        [
          Part(
            name: text.corpus.name, prefix: "text-", corpus: text.corpus, specification: text.specification,
            variants: (FactorialCell.original + FactorialCell.equal).map(\.variant), seeds: fewer)
        ]
      } ?? [])
  }
}
