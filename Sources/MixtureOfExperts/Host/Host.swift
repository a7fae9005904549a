import Autograd
import Layers
import Tensors

/// A model around mixtures of experts: all that training, evaluation, generation, files and the Jacobian know of it.
///
/// Attention, positions and norms are the host's own. Weights are known by name: the trainable and the frozen ones that it lists
/// as a ``/Layers/Layer`` are what a file holds of it.
public protocol Host<Scalar>: Layer {
  /// The sizes.
  var configuration: Configuration { get }
  /// The feed-forward sublayer of each layer, first layer first: may be exchanged for as many others, all else staying.
  var feedForwardSublayers: [any FeedForward<Scalar>] { get set }

  /// Reads one segment of each row, row-major B×T symbols, in the state that the segment before left.
  ///
  /// The new state reaches back at most `limit` tokens. Without randomness nothing is dropped and routers choose as in evaluation.
  func read(
    _ tokens: [Int32], batch: Int, state: HostState<Scalar>, limit: Int, k: Int, random: Random?,
    on tape: Tape<Scalar>
  ) -> Reading<Scalar>

  /// Scores the next symbol by the states of n tokens, n×d → n×V.
  func scores(of states: Variable<Scalar>, random: Random?) -> Variable<Scalar>

  /// How many symbols before a segment of T its predictions depend on; nil if nothing is carried from one segment to the next.
  ///
  /// A state reaches back `memory` tokens.
  func receptiveField(segment: Int, memory: Int) -> Int?

  /// Begins a text that is read in pieces while weights do not change.
  func reader(workers: Workers) -> any IncrementalReader<Scalar>

  /// The host, prepared for more keys than it was trained with; this changes no result. By default the host itself.
  func reaching(keys: Int) -> Self
}

extension Host {
  /// The host itself.
  public func reaching(keys: Int) -> Self { self }
}

/// What reading a segment gives before symbols are scored.
public struct Reading<Scalar: Real> {
  /// The last layer's states, B×T×d.
  public let states: Variable<Scalar>
  /// The state for the next segment.
  public let state: HostState<Scalar>
  /// What each layer's router decided; empty for dense models.
  public let routing: [RoutingRecord<Scalar>]
  /// What the routers of all layers add to the loss; nil if none does, and in evaluation.
  public let auxiliaryLoss: Variable<Scalar>?

  /// Describes a reading.
  public init(
    states: Variable<Scalar>, state: HostState<Scalar>, routing: [RoutingRecord<Scalar>],
    auxiliaryLoss: Variable<Scalar>?
  ) {
    (self.states, self.state, self.routing, self.auxiliaryLoss) = (states, state, routing, auxiliaryLoss)
  }
}

/// Reads one text piece by piece, computing nothing again that was read before; a copy goes on by itself.
public protocol IncrementalReader<Scalar> {
  /// The number type of the model's weights.
  associatedtype Scalar: Real
  /// Reads n symbols and scores the next one after each, n×V.
  mutating func callAsFunction(_ tokens: [Int32], k: Int, workers: Workers) -> Tensor<Scalar>
}

/// What a host carries from one segment to the next: Transformer-XL's hidden states, a decoder's keys and values, or nothing.
///
/// Tensors, not variables: no gradient flows into the past. One type for all hosts, so that whoever cuts a batch into shards,
/// joins them or writes a file need not know whose state it is.
public struct HostState<Scalar: Real>: Sendable {
  /// As many as the host keeps, of shape B×M′×…; none before the first segment.
  public let tensors: [Tensor<Scalar>]

  /// The state before the first segment.
  public static var empty: HostState { HostState([]) }

  /// Keeps tensors of shape B×M′×….
  public init(_ tensors: [Tensor<Scalar>]) {
    self.tensors = tensors
  }

  /// Joins the states of the parts of a batch.
  public init(joining parts: [HostState]) {
    tensors = (parts.first?.tensors ?? []).indices.map { index in
      Tensor.concatenated(parts.map { $0.tensors[index] }, axis: 0)
    }
  }

  /// M′: how many tokens it reaches back.
  public var length: Int { tensors.first?.shape[1] ?? 0 }

  /// The state of some rows of a batch.
  public func sliced(_ rows: Range<Int>) -> HostState {
    HostState(tensors.map { $0.sliced(0, rows).contiguous() })
  }
}

/// What is known about a kind of host before one is made.
///
/// It stands in the host's own files; the list of hosts names it, and counts, checks and files follow from there.
public protocol HostFacts: Sendable {
  /// Its name in `config.json`.
  var name: String { get }

  /// Refuses sizes within the common limits that the host cannot have.
  func validate(_ configuration: Configuration) throws(ConfigurationError)
  /// How many numbers all weights have, trained and frozen, of valid sizes.
  func weightCount(_ configuration: Configuration) -> Int
  /// How many numbers a training step keeps for the backward pass, roughly; it may exceed every integer.
  func activationCount(_ configuration: Configuration, batch: Int, k: Int) -> Double
  /// The multiply-adds of one token's way forward, products of matrices alone; training needs three times as many.
  func multiplyAddsPerToken(_ configuration: Configuration, batch: Int, k: Int) -> Double
  /// The shapes of the state's tensors in training after so many symbols of every row; none by default.
  func stateShapes(_ configuration: Configuration, batch: Int, read: Int) -> [Shape]
  /// Makes a host of valid sizes with initial weights.
  func host<Scalar: Real>(_ configuration: Configuration, initializer: Initializer<Scalar>) -> any Host<Scalar>
}

extension HostFacts {
  /// None: nothing is carried from segment to segment.
  public func stateShapes(_ configuration: Configuration, batch: Int, read: Int) -> [Shape] { [] }
}

/// Which host is around the mixtures.
///
/// Equal kinds have the same name, which is also how a kind is stored.
public struct HostKind: RawRepresentable, Codable, Hashable, Sendable {
  /// The name.
  public let rawValue: String
  /// What is known about it; nil where only its name was read, and the list of hosts has to be asked.
  public let facts: (any HostFacts)?

  /// Names a host.
  public init(rawValue: String) {
    self.rawValue = rawValue
    facts = nil
  }

  /// The host of which this is known.
  public init(_ facts: some HostFacts) {
    rawValue = facts.name
    self.facts = facts
  }
}
