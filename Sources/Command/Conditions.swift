import Experiments
import Jacobian
import MixtureOfExperts

/// What the routers of a comparison have in common beside sizes, text and seeds.
enum Conditions: String, CaseIterable {
  /// What `compare` does unless told otherwise: what is seen is then the router.
  static let standard = equal

  /// k grows to N for all, W_r begins as large in all and, where it is trained, moves as fast: what is left is the router.
  case equal
  /// Each router's own k schedule, and the scale and speed of W_r that the public release gives it.
  case original

  /// What holds for all routers, for the heading.
  ///
  /// - Parameter options: The flags, which may name causes themselves.
  /// - Returns: At most 78 characters.
  func summary(_ options: Options) -> String {
    let causes: [any DeclaredFlag] = [RunFlags.kSchedule, RunFlags.routerScale, RunFlags.embeddingScale]
    let given = causes.filter { options.isGiven($0) }.map { "--\($0.name)" }
    if !given.isEmpty { return "\(rawValue) conditions but for " + given.joined(separator: ", ") }
    switch self {
    case .equal: return "equal conditions: one k schedule, scale and speed of W_r; only routers differ"
    case .original: return "original conditions: each router has its own k schedule, scale and speed"
    }
  }

  /// A router at these conditions, but for causes that flags name.
  ///
  /// - Parameters:
  ///   - router: What routes.
  ///   - options: The flags.
  /// - Returns: The variant.
  func variant(_ router: RouterKind, _ options: Options) -> Variant {
    var variant = self == .equal ? Variant.equal(router) : .original(router)
    if options.isGiven(RunFlags.kSchedule) { variant.growsK = nil }
    if options.isGiven(RunFlags.routerScale) { variant.routerScale = options[RunFlags.routerScale] }
    if options.isGiven(RunFlags.embeddingScale) { variant.embeddingScale = options[RunFlags.embeddingScale] }
    return variant
  }
}
