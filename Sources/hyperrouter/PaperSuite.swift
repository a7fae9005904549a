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
        onDialects("dialects, causes apart", "dialects-", Cell.factorial.map(\.variant), seeds),
        onDialects(
          "dialects, top-k before softmax", "dialects-topk-softmax-", Cell.factorial.map { reversed($0.variant) }, fewer
        ),
        onDialects(
          "dialects, other routers at equal conditions", "dialects-", others.map { Variant.equal($0) }, fewer),
      ]
      + (text.map { text in
        [
          Part(
            name: text.corpus.name, prefix: "text-", corpus: text.corpus, specification: text.specification,
            variants: (Cell.original + Cell.equal).map(\.variant), seeds: fewer)
        ]
      } ?? [])
  }
}

extension PaperSuite {
  /// A router with the causes that the factorial tells apart.
  struct Cell: Hashable {
    let router: RouterKind
    let growsK: Bool
    /// Whether W_r begins as large as HyperRouter's, which always does.
    let isScaleMatched: Bool
    /// Whether W_r moves as fast as SMoE's, which always does.
    let isSpeedMatched: Bool

    init(_ router: RouterKind, growsK: Bool, scale isScaleMatched: Bool = false, speed isSpeedMatched: Bool = false) {
      (self.router, self.growsK) = (router, growsK)
      (self.isScaleMatched, self.isSpeedMatched) = (isScaleMatched, isSpeedMatched)
    }

    var name: String {
      router.rawValue + (growsK ? "-growing" : "-constant") + (isScaleMatched ? "-scaled" : "")
        + (isSpeedMatched ? "-fast" : "")
    }

    var variant: Variant {
      Variant(
        name, router, growsK: growsK, routerScale: isScaleMatched ? .matched : .release,
        embeddingScale: isSpeedMatched ? .matched : .release)
    }

    /// {smoe, smoe-dropout} × {k kept, k grows} × {release, matched scale}; hyperrouter × {k kept, k grows} × {release,
    /// matched speed}, its scale being the one that is matched.
    static let factorial: [Cell] = [false, true].flatMap { growsK in
      [RouterKind.smoe, .smoeDropout].flatMap { router in
        [false, true].map { Cell(router, growsK: growsK, scale: $0) }
      } + [false, true].map { Cell(.hyperRouter, growsK: growsK, speed: $0) }
    }

    /// As the authors have them: SMoE, SMoE-Dropout, HyperRouter.
    static let original = [
      Cell(.smoe, growsK: false), Cell(.smoeDropout, growsK: true), Cell(.hyperRouter, growsK: true),
    ]
    /// Where only routers differ.
    static let equal = [
      Cell(.smoe, growsK: true, scale: true), Cell(.smoeDropout, growsK: true, scale: true),
      Cell(.hyperRouter, growsK: true, speed: true),
    ]
  }

  /// From the published difference of a rival and HyperRouter to that of the routers alone.
  ///
  /// - Parameter rival: SMoE or SMoE-Dropout.
  /// - Returns: The variants' names.
  static func chain(_ rival: RouterKind) -> CauseShares.Chain {
    let published = Cell(rival, growsK: rival.facts?.growsK == true).name
    let (grown, scaled) = (Cell(rival, growsK: true).name, Cell(rival, growsK: true, scale: true).name)
    let slow = Cell(.hyperRouter, growsK: true).name
    return CauseShares.Chain(
      published: (published, slow), schedule: (grown, slow), scale: (scaled, slow),
      speed: (scaled, Cell(.hyperRouter, growsK: true, speed: true).name))
  }
}
