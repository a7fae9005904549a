import Autograd
import Layers
import Tensors

/// The feed-forward sublayer of a decoder layer: a mixture of experts, or the dense network it is compared with.
public protocol FeedForward<Scalar>: Layer {
  /// The trainable weights that decide routing; none in a dense network.
  var routerParameters: [Parameter<Scalar>] { get }

  /// Applies the sublayer to tokens, n×d → n×d.
  ///
  /// - Parameter random: The randomness of dropout and of routing; nil in evaluation.
  func callAsFunction(_ h: Variable<Scalar>, k: Int, random: Random?) -> LayerOutput<Scalar>
}

extension FeedForward {
  /// How many trainable numbers decide routing.
  public var trainableRoutingCount: Int { routerParameters.reduce(0) { $0 + $1.value.count } }

  /// Applies the sublayer to every token of a batch, B×T×d → B×T×d.
  public func forEachToken(_ h: Variable<Scalar>, k: Int, random: Random?) -> LayerOutput<Scalar> {
    var result = self(h.reshaped([h.shape[0] * h.shape[1], h.shape[2]]), k: k, random: random)
    result.output = result.output.reshaped(h.shape)
    return result
  }
}

/// What a feed-forward sublayer, or the decoder layer around it, gives.
public struct LayerOutput<Scalar: Real> {
  /// Hidden states, of the input's shape.
  public var output: Variable<Scalar>
  /// What a router decided; nil in a dense network.
  public var routing: RoutingRecord<Scalar>?
  /// What a router adds to the loss in training; nil if nothing.
  public var auxiliaryLoss: Variable<Scalar>?

  /// Collects what a layer gives.
  public init(
    _ output: Variable<Scalar>, routing: RoutingRecord<Scalar>? = nil, auxiliaryLoss: Variable<Scalar>? = nil
  ) {
    self.output = output
    self.routing = routing
    self.auxiliaryLoss = auxiliaryLoss
  }
}

/// What a mixture-of-experts layer decided for the tokens of one call.
///
/// Equation [entropy] in NOTES.md.
public struct RoutingRecord<Scalar: Real>: Sendable {
  /// W_r h + b_r, n×N.
  public let logits: Tensor<Scalar>
  /// 𝒯(h), the chosen experts, token after token: row-major n×k where all have k, which is so in every evaluation.
  public let selection: [Int32]

  /// s = softmax(W_r h + b_r), n×N: the router distribution, whatever the gate order.
  public var probabilities: Tensor<Scalar> { logits.softmax() }

  /// The entropy −Σ_j s_j ln s_j of every token's router distribution, in nats; n numbers.
  public var entropies: [Double] { logits.softmaxEntropies() }
}

extension DenseFeedForward: FeedForward {
  /// None.
  public var routerParameters: [Parameter<Scalar>] { [] }

  /// Applies the dense network to tokens, n×d → n×d, whatever k is.
  public func callAsFunction(_ h: Variable<Scalar>, k: Int, random: Random?) -> LayerOutput<Scalar> {
    LayerOutput(self(h, random: random))
  }
}
