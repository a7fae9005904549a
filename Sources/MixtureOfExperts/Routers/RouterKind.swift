/// What decides which part of a layer's feed-forward half sees a token: one of the routers, or nothing in a dense network.
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
  ///
  /// - Parameter rawValue: The name.
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
