import MixtureOfExperts

/// A router with the causes that the suite tells apart.
public struct FactorialCell: Hashable, Sendable {
  /// What routes.
  public let router: RouterKind
  /// Whether k grows to N, or keeps its value.
  public let growsK: Bool
  /// Whether W_r is made to begin as large as HyperRouter's, which always does.
  public let isScaleMatched: Bool
  /// Whether W_r is made to move as fast as SMoE's, which always does.
  public let isSpeedMatched: Bool

  init(_ router: RouterKind, growsK: Bool, scale isScaleMatched: Bool = false, speed isSpeedMatched: Bool = false) {
    (self.router, self.growsK) = (router, growsK)
    (self.isScaleMatched, self.isSpeedMatched) = (isScaleMatched, isSpeedMatched)
  }

  /// `hyperrouter-growing-fast`: its name in tables and directories.
  public var name: String {
    router.rawValue + (growsK ? "-growing" : "-constant") + (isScaleMatched ? "-scaled" : "")
      + (isSpeedMatched ? "-fast" : "")
  }

  /// What is trained.
  public var variant: Variant {
    Variant(
      router, named: name, growsK: growsK, routerScale: isScaleMatched ? .matched : .release,
      embeddingScale: isSpeedMatched ? .matched : .release)
  }

  /// {smoe, smoe-dropout} × {k kept, k grows} × {release, matched scale}; hyperrouter × {k kept, k grows} × {release, matched
  /// speed}, its scale being the one that is matched.
  public static let factorial: [FactorialCell] = [false, true].flatMap { growsK in
    [RouterKind.smoe, .smoeDropout].flatMap { router in
      [false, true].map { FactorialCell(router, growsK: growsK, scale: $0) }
    } + [false, true].map { FactorialCell(.hyperRouter, growsK: growsK, speed: $0) }
  }

  /// As the authors have them: SMoE, SMoE-Dropout, HyperRouter.
  public static let original = [
    FactorialCell(.smoe, growsK: false), FactorialCell(.smoeDropout, growsK: true),
    FactorialCell(.hyperRouter, growsK: true),
  ]

  /// Where only routers differ, in the same order.
  public static let equal = [
    FactorialCell(.smoe, growsK: true, scale: true), FactorialCell(.smoeDropout, growsK: true, scale: true),
    FactorialCell(.hyperRouter, growsK: true, speed: true),
  ]

  /// From the published difference of a rival and HyperRouter to that of the routers alone.
  ///
  /// - Parameter rival: SMoE or SMoE-Dropout.
  /// - Returns: The variants' names.
  public static func chain(_ rival: RouterKind) -> CauseShares.Chain {
    let published = FactorialCell(rival, growsK: rival.facts?.growsK == true).name
    let grown = FactorialCell(rival, growsK: true).name
    let scaled = FactorialCell(rival, growsK: true, scale: true).name
    let slow = FactorialCell(.hyperRouter, growsK: true).name
    return CauseShares.Chain(
      published: (published, slow), schedule: (grown, slow), scale: (scaled, slow),
      speed: (scaled, FactorialCell(.hyperRouter, growsK: true, speed: true).name))
  }
}
