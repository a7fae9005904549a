import MixtureOfExperts
import Training

/// One of the models of an experiment: a router, and the causes that are told apart from it.
public struct Variant: Codable, Hashable, Sendable {
  /// Its name in tables and directories.
  public var name: String
  /// What routes.
  public var router: RouterKind
  /// Whether k grows to N or keeps its value; as its authors have it if nil.
  public var growsK: Bool?
  /// How large W_r begins.
  public var routerScale: InitialScale
  /// How large e begins, which says how far a step of e moves W_r.
  public var embeddingScale: InitialScale
  /// The order of softmax and top-k; the experiment's own if nil.
  public var gateOrder: GateOrder?
  /// Sizes of its own; the experiment's where they are nil.
  public var sizes = VariantSizes()

  /// Describes a model of an experiment.
  ///
  /// - Parameters:
  ///   - router: What routes.
  ///   - name: Its name in tables and directories; the router's unless given.
  ///   - growsK: Whether k grows to N or keeps its value.
  ///   - routerScale: How large W_r begins.
  ///   - embeddingScale: How large e begins.
  ///   - gateOrder: The order of softmax and top-k.
  public init(
    _ router: RouterKind, named name: String? = nil, growsK: Bool? = nil, routerScale: InitialScale = .release,
    embeddingScale: InitialScale = .release, gateOrder: GateOrder? = nil
  ) {
    self.name = name ?? router.rawValue
    self.router = router
    self.growsK = growsK
    self.routerScale = routerScale
    self.embeddingScale = embeddingScale
    self.gateOrder = gateOrder
  }

  /// A router as its authors and the public release have it: its own k schedule, scale and speed.
  ///
  /// - Parameter router: What routes.
  /// - Returns: The variant.
  public static func original(_ router: RouterKind) -> Variant { Variant(router) }

  /// A router at the conditions at which routers differ in nothing else: k grows to N, W_r begins as large as HyperRouter's,
  /// and where it is trained Adam's first steps move it as far as SMoE's.
  ///
  /// - Parameter router: What routes.
  /// - Returns: The variant.
  public static func equal(_ router: RouterKind) -> Variant {
    Variant(router, growsK: true, routerScale: .matched, embeddingScale: .matched)
  }

  /// Makes this variant of a run.
  ///
  /// - Parameters:
  ///   - run: A run of this router.
  ///   - k: k where it does not grow, and where growth begins.
  ///   - seed: The seed of the pair.
  /// - Returns: The run with the variant's causes.
  public func applied(to run: RunConfiguration, k: Int, seed: UInt64) -> RunConfiguration {
    var run = run
    precondition(run.model.router == router, "Variant.applied: a run of \(run.model.router), expected \(router)")
    let scale = routerScale == .matched ? sizes.matchedScale(in: run.model) : routerScale
    sizes.apply(to: &run.model)
    // What the release does is what a configuration says by saying nothing.
    if scale != .release { run.model.routerScale = scale }
    if embeddingScale != .release { run.model.embeddingScale = embeddingScale }
    if let gateOrder { run.model.gateOrder = gateOrder }
    if let growsK {
      run.training.kSchedule =
        growsK ? KSchedule(.linearIncrease, k, run.model.experts) : KSchedule(.constant, k, k)
    }
    run.training.seed = seed
    return run
  }
}
