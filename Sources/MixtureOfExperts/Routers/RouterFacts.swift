import Layers
import Tensors

/// What is known about a kind of router before one is made.
///
/// It stands in the router's own file; ``RouterKind/allCases`` lists it, and flags, help, default schedules, counts, checkpoints' names and tests follow from there.
public protocol RouterFacts: Sendable {
  /// Its name on the command line, in `config.json` and in tables.
  var name: String { get }
  /// One line for the help.
  var help: String { get }
  /// Whether k grows to N during training by default, as its authors have it, or keeps its value.
  var growsK: Bool { get }
  /// Whether logits are W_r h + b_r: whether the router is a ``LinearRouter``.
  var isLinear: Bool { get }
  /// Whether a token's choice in training depends on no later token: only then is the loss that of a language model.
  var isCausal: Bool { get }
  /// Whether it adds a balancing loss, times ``RouterSizes/balanceCoefficient``, to the loss in training.
  var hasBalancingLoss: Bool { get }
  /// The claims of the Jacobian comparison that are theorems about it.
  var provableClaims: Set<Int> { get }

  /// The weights of a router, without those of a hypernetwork, in the order in which it lists them.
  ///
  /// - Returns: Names, which follow the router's prefix and a dot, and shapes.
  func weights(_ sizes: RouterSizes) -> [RouterWeight]

  /// The hypernetwork that a router has, or that all routers of a model share; nil if none.
  ///
  /// - Returns: Its sizes.
  func hypernetwork(_ sizes: RouterSizes) -> HypernetworkSizes?

  /// The multiply-adds that scoring all experts for one token takes. What does not depend on the token is not counted.
  ///
  /// - Returns: Multiply-adds; each is two floating-point operations.
  func multiplyAddsPerToken(_ sizes: RouterSizes) -> Int

  /// Makes a router with initial weights.
  ///
  /// - Parameter shared: The hypernetwork that all layers use, if they share one.
  /// - Returns: A new router.
  func router<Scalar: Real>(
    _ name: String, _ sizes: RouterSizes, sharing shared: Hypernetwork<Scalar>?, initializer: Initializer<Scalar>
  ) -> any Router<Scalar>
}

extension RouterFacts {
  /// None, unless a router says otherwise.
  public var hasBalancingLoss: Bool { false }

  /// None, unless a router says otherwise.
  public func hypernetwork(_ sizes: RouterSizes) -> HypernetworkSizes? { nil }

  /// Those of W_r h, unless a router says otherwise.
  public func multiplyAddsPerToken(_ sizes: RouterSizes) -> Int { sizes.width * sizes.experts }

  /// How many of a router's numbers are trained.
  ///
  /// - Returns: The sum over its weights.
  public func trainableCount(_ sizes: RouterSizes) -> Int {
    weights(sizes).filter(\.isTrained).reduce(0) { $0 + $1.shape.count }
  }

  /// How many of a router's own numbers are fixed, a hypernetwork's not among them.
  ///
  /// - Returns: The sum over its weights.
  public func fixedCount(_ sizes: RouterSizes) -> Int {
    weights(sizes).filter { !$0.isTrained }.reduce(0) { $0 + $1.shape.count }
  }
}

/// The sizes that routers are made of.
public struct RouterSizes: Hashable, Sendable {
  /// d.
  public let width: Int
  /// N.
  public let experts: Int
  /// m.
  public let embeddingWidth: Int
  /// s.
  public let hypernetworkWidth: Int
  /// Linear maps in 𝓗.
  public let hypernetworkDepth: Int
  /// How many times as large as in the release W_r begins; where it is generated, the last map of 𝓗.
  public var weightScale = 1.0
  /// How many times as large as in the release e begins.
  ///
  /// The first map of 𝓗 begins smaller by as much, so that W_r is the same, and a step of e moves W_r farther the smaller
  /// e is.
  public var embeddingScale = 1.0
  /// α, the weight of a balancing loss; nil for the router's own default.
  public var balanceCoefficient: Double?

  /// Creates sizes; what the paper leaves open has the release's values unless given: m = d, s = 256, two maps.
  ///
  /// - Parameters:
  ///   - width: d.
  ///   - experts: N.
  ///   - embeddingWidth: m; d unless given.
  ///   - hypernetworkWidth: s.
  ///   - hypernetworkDepth: Linear maps in 𝓗.
  public init(
    width: Int, experts: Int, embeddingWidth: Int? = nil,
    hypernetworkWidth: Int = HypernetworkSizes.releasedWidth, hypernetworkDepth: Int = HypernetworkSizes.releasedDepth
  ) {
    self.width = width
    self.experts = experts
    self.embeddingWidth = embeddingWidth ?? width
    self.hypernetworkWidth = hypernetworkWidth
    self.hypernetworkDepth = hypernetworkDepth
  }
}

/// One weight of a router, before it is made.
public struct RouterWeight: Hashable, Sendable {
  /// What follows the router's prefix and a dot in the weight's name.
  public let name: String
  /// The shape.
  public let shape: Shape
  /// Whether it is trained, or fixed for ever.
  public let isTrained: Bool
  /// The mean of its initial numbers.
  public let mean: Double
  /// Their standard deviation; 0 for weights that begin as a constant.
  public let standardDeviation: Double

  /// Describes a weight; like all linear maps it begins with N(0, 0.02²) unless it says otherwise.
  init(
    _ name: String, _ shape: Shape, isTrained: Bool = true, mean: Double = 0,
    standardDeviation: Double = Initializer<Float>.standardDeviation
  ) {
    self.name = name
    self.shape = shape
    self.isTrained = isTrained
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  /// W_r and b_r of a router that has them itself.
  static func rows(_ sizes: RouterSizes, areTrained: Bool = true) -> [RouterWeight] {
    [
      RouterWeight(
        "weight", [sizes.experts, sizes.width], isTrained: areTrained,
        standardDeviation: Initializer<Float>.standardDeviation * sizes.weightScale),
      RouterWeight("bias", [sizes.experts], isTrained: areTrained, standardDeviation: 0),
    ]
  }
}
