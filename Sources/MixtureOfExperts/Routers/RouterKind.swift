import Layers
import Tensors

/// What decides which part of a layer's feed-forward sublayer sees a token: one of the routers, or nothing in a dense network.
///
/// Equal kinds have the same name, which is also how a kind is stored.
public struct RouterKind: RawRepresentable, CaseIterable, Sendable {
  /// All kinds, in the order of tables and help.
  ///
  /// A new router has its line here and all else in its own file.
  public static let allCases: [RouterKind] = [
    .smoe,
    .smoeDropout,
    .hyperRouter,
    .coordinateWise,
    .cosine,
    .smoeBalanced,
    .expertChoice,
    .random,
    .dense,
    .denseDropout,
  ]

  /// The three that the paper compares.
  public static let compared: [RouterKind] = [.smoe, .smoeDropout, .hyperRouter]

  /// One dense network as wide as all experts together, N·f, without dropout on its hidden units.
  public static let dense = RouterKind("dense", help: "one network as wide as all experts, without dropout inside")
  /// The same with dropout on its hidden units.
  public static let denseDropout = RouterKind("dense-dropout", help: "the same with dropout inside", dropsHidden: true)

  /// The name.
  public let rawValue: String
  /// One line for the help.
  public let help: String
  /// What is known about the router; nil for dense networks, which have none.
  public let facts: (any RouterFacts)?
  /// Whether dropout falls on hidden units.
  public let dropsHiddenUnits: Bool

  /// A sparse mixture of experts with this router.
  init(_ facts: some RouterFacts) {
    self.facts = facts
    rawValue = facts.name
    help = facts.help + (facts.isCausal ? "" : " (\(Self.seesTheFuture))")
    dropsHiddenUnits = true
  }

  private init(_ name: String, help: String, dropsHidden: Bool = false) {
    facts = nil
    rawValue = name
    self.help = help
    dropsHiddenUnits = dropsHidden
  }

  /// Finds a kind by its name; nil if there is none.
  public init?(rawValue: String) {
    guard let kind = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = kind
  }

  /// The claims of the Jacobian comparison that are theorems about its router; none for dense networks.
  public var provableClaims: Set<Int> { facts?.provableClaims ?? [] }

  /// What has to be said beside the router's numbers; nil if nothing.
  public var note: String? { facts?.isCausal == false ? Self.seesTheFuture : nil }

  private static let seesTheFuture = "sees the segment's future in training: an upper bound there"

  /// Whether there are experts to choose from.
  public var isSparse: Bool { facts != nil }
}

extension RouterKind: Codable, Hashable, CustomStringConvertible {
  /// The name.
  public var description: String { rawValue }
}

/// What is known about a kind of router before one is made; it stands in the router's own file.
///
/// Weights are declared once, in the router's initializer: how many there are is counted on an ``outline(_:)``. Flags, help,
/// default schedules, estimates of memory and tests follow from ``RouterKind/allCases``.
public protocol RouterFacts: Sendable {
  /// Its name on the command line, in `config.json` and in tables.
  var name: String { get }
  /// One line for the help.
  var help: String { get }
  /// The claims of the Jacobian comparison that are theorems about it.
  var provableClaims: Set<Int> { get }
  /// Whether k grows to N during training by default, as its authors have it, or keeps its value; false unless stated.
  var growsK: Bool { get }
  /// Whether a token's choice in training depends on no later token: only then is the loss that of a language model. True
  /// unless stated.
  var isCausal: Bool { get }
  /// Whether it adds a balancing loss, times ``RouterSizes/balanceCoefficient``, to the loss in training; false unless stated.
  var hasBalancingLoss: Bool { get }

  /// The multiply-adds that scoring all experts for one token takes, d·N unless stated.
  ///
  /// What does not depend on the token is not counted.
  func multiplyAddsPerToken(_ sizes: RouterSizes) -> Int

  /// Makes a router with initial weights.
  func router<Scalar: Real>(
    _ name: String, _ sizes: RouterSizes, sharing shared: Hypernetwork<Scalar>?, initializer: Initializer<Scalar>
  ) -> any Router<Scalar>
}

extension RouterFacts {
  /// False.
  public var growsK: Bool { false }
  /// True.
  public var isCausal: Bool { true }
  /// False.
  public var hasBalancingLoss: Bool { false }

  /// Those of W_r h.
  public func multiplyAddsPerToken(_ sizes: RouterSizes) -> Int { sizes.width * sizes.experts }

  /// A router whose weights have names and shapes, but no memory, so that they can be counted at any size.
  public func outline(_ sizes: RouterSizes) -> any Router<Float> {
    router("router", sizes, sharing: nil, initializer: .outlines)
  }

  /// The outline of the hypernetwork that a router has, or that all routers of a model share; nil if none.
  public func hypernetwork(_ sizes: RouterSizes) -> Hypernetwork<Float>? {
    (outline(sizes) as? any LinearRouter<Float>)?.origin.hypernetwork
  }

  /// Whether logits are W_r h + b_r.
  public var isLinear: Bool { outline(RouterSizes(width: 2, experts: 2)) is any LinearRouter<Float> }
}
