import Autograd
import Corpora
import MixtureOfExperts
import Tensors

/// A host whose tokens are routed by the class of the word or line that they stand in: what the best router could know.
///
/// The class is read off the text, whose markers name it, and carried from segment to segment beside the host's own state; symbols
/// before a row's first marker count as the first class. Nothing else of the host changes: it is trained and evaluated as any other.
struct ClassRoutedHost<Scalar: Real>: Host {
  private var host: any Host<Scalar>
  /// The class that each symbol names, from 0; nil for all other symbols.
  private let classes: [Int?]

  /// Routes the mixtures of a host.
  init(_ host: any Host<Scalar>, classes: [Int?]) { (self.host, self.classes) = (host, classes) }

  var configuration: Configuration { host.configuration }
  var parameters: [Parameter<Scalar>] { host.parameters }
  var frozen: [Frozen<Scalar>] { host.frozen }
  var feedForwardSublayers: [any FeedForward<Scalar>] {
    get { host.feedForwardSublayers }
    set { host.feedForwardSublayers = newValue }
  }

  func read(
    _ tokens: [Int32], batch: Int, state: HostState<Scalar>, limit: Int, k: Int, random: Random?, on tape: Tape<Scalar>
  ) -> Reading<Scalar> {
    let length = tokens.count / batch
    let before = state.tensors.last?.scalars.map { Int($0) } ?? Array(repeating: 0, count: batch)
    var found = Array(repeating: 0, count: tokens.count)
    for row in 0..<batch {
      var current = before[row]
      for place in row * length..<(row + 1) * length {
        current = classes[Int(tokens[place])] ?? current
        found[place] = current
      }
    }
    let router = GivenRouter<Scalar>(classes: found, k: k, experts: configuration.experts)
    var routed = host
    routed.feedForwardSublayers = host.feedForwardSublayers.map { sublayer in
      guard let mixture = sublayer as? MoELayer<Scalar> else { return sublayer }
      // Of equal logits this order makes equal weights, 1/k.
      return MoELayer(router: router, gate: .topKThenSoftmax, experts: mixture.experts)
    }
    let reading = routed.read(
      tokens, batch: batch, state: HostState(state.tensors.dropLast()), limit: limit, k: k, random: random, on: tape)
    let last = Tensor<Scalar>([batch, 1]) { last in
      for row in 0..<batch { last[row] = Scalar(found[(row + 1) * length - 1]) }
    }
    return Reading(
      states: reading.states, state: HostState(reading.state.tensors + [last]), routing: reading.routing,
      auxiliaryLoss: reading.auxiliaryLoss)
  }

  func scores(of states: Variable<Scalar>, random: Random?) -> Variable<Scalar> {
    host.scores(of: states, random: random)
  }

  func receptiveField(segment: Int, memory: Int) -> Int? { host.receptiveField(segment: segment, memory: memory) }

  func reaching(keys: Int) -> ClassRoutedHost { ClassRoutedHost(host.reaching(keys: keys), classes: classes) }

  func reader(workers: Workers) -> any IncrementalReader<Scalar> { Reader(host: self) }

  /// Reads piece by piece as a segment is read.
  private struct Reader: IncrementalReader {
    let host: ClassRoutedHost
    var state = HostState<Scalar>.empty

    mutating func callAsFunction(_ tokens: [Int32], k: Int, workers: Workers) -> Tensor<Scalar> {
      let reading = host.read(
        tokens, batch: 1, state: state, limit: host.configuration.memory, k: k, random: nil,
        on: .evaluating(workers: workers))
      state = reading.state
      return host.scores(
        of: reading.states.reshaped([tokens.count, host.configuration.modelWidth]), random: nil
      ).value
    }
  }
}

/// A router that is told the class of every token: experts class mod N, class + 1 mod N, …, k of them, all with the same logit.
struct GivenRouter<Scalar: Real>: Router {
  private let given: Tensor<Scalar>  // n×N

  /// Prefers k experts of N for each token.
  init(classes: [Int], k: Int, experts: Int) {
    given = Tensor([classes.count, experts]) { logits in
      for (token, own) in classes.enumerated() {
        for expert in 0..<experts {
          // Not −∞, whose softmax has no gradient.
          let isChosen = (expert - own % experts + experts) % experts < k
          logits[token * experts + expert] = isChosen ? 0 : -1e9
        }
      }
    }
  }

  var parameters: [Parameter<Scalar>] { [] }
  func logits(_ h: Variable<Scalar>) -> Variable<Scalar> { h.tape.constant(given) }
}

extension Corpus {
  /// The class that each symbol of the vocabulary names, from 0; nil where symbols name none.
  var classes: [Int?]? {
    guard let markers = builtin?.facts.classMarkers, !markers.isEmpty else { return nil }
    var classes = Array(repeating: Int?.none, count: vocabulary.count)
    // A short text lacks rare ones.
    for (number, marker) in markers.enumerated() {
      if let symbol = try? vocabulary.encode([marker]).first { classes[Int(symbol)] = number }
    }
    return classes
  }
}
