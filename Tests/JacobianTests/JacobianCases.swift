import Autograd
import Corpora
import Hosts
import Layers
import MixtureOfExperts
import Tensors
import TestSupport
import Testing
import Training

@testable import Jacobian

/// The sizes of these tests: N 5, d 8, f 6, m 4, s 9, so that no two coincide and d exceeds what is claimed.
let (experts, width, hidden, embeddingWidth, hypernetworkWidth) = (5, 8, 6, 4, 9)

/// A router, a gate order and a k.
struct JacobianCase: Sendable, CustomStringConvertible {
  let router: String
  let gate: GateOrder
  let k: Int

  var description: String { "\(router), \(gate.rawValue), k = \(k)" }

  /// Whether the gate is constant, so that nothing is learned.
  var isSilent: Bool { gate == .topKThenSoftmax && k == 1 }

  static let routers = ["smoe", "smoe-dropout", "hyperrouter"]
  /// All three routers, both orders, k = 1, 2 and N.
  static let all = routers.flatMap { router in
    GateOrder.allCases.flatMap { gate in [1, 2, experts].map { JacobianCase(router: router, gate: gate, k: $0) } }
  }

  /// A mixture whose weights and biases are all random and of order one.
  func layer(seed: UInt64 = 1) -> MoELayer<Double> { mixture(router, gate, seed: seed) }

  /// Random tokens, and some moved so close to a change of selection that the margin is 10⁻⁴.
  ///
  /// All are further than 10⁻⁵ from the nearest kink of a ReLU, so that differences have room.
  func tokens(_ count: Int = 100, thin: Int = 20, seed: UInt64 = 1) -> RoutedTokens {
    let layer = layer(seed: seed)
    let drawn = RoutedTokens(sample([count + 10, width], seed: seed), through: layer, k: k)
    let random = drawn.keeping(Array((0..<drawn.count).filter { drawn.radius(of: $0) > 1e-5 }.prefix(count)))
    guard k < experts, thin > 0 else { return random }
    let moved = (0..<count).map { random.moved($0, toMargin: 1e-4) }
    let candidates = RoutedTokens(.concatenated(moved, axis: 0), through: layer, k: k)
    let thinnest = candidates.keeping(
      Array(
        (0..<count).filter { candidates.margin(of: $0) < 1.001e-4 && candidates.radius(of: $0) > 1e-5 }
          .prefix(thin)))
    return RoutedTokens(.concatenated([random.h, thinnest.h], axis: 0), through: layer, k: k)
  }
}

/// Makes a mixture of one of the paper's three routers with lively weights.
func mixture(_ router: String, _ gate: GateOrder, seed: UInt64) -> MoELayer<Double> {
  let initializer = Initializer<Double>(seed: seed)
  let sizes = RouterSizes(
    width: width, experts: experts, embeddingWidth: embeddingWidth, hypernetworkWidth: hypernetworkWidth)
  let made: any Router<Double> =
    switch router {
    case "smoe": SMoERouter("router", sizes, initializer: initializer)
    case "smoe-dropout": SMoEDropoutRouter("router", sizes, initializer: initializer)
    default: HyperRouter("router", sizes, initializer: initializer)
    }
  let layer = MoELayer(
    router: made, gate: gate,
    experts: Experts(
      "experts", experts: experts, width: width, hidden: hidden, dropout: 0, initializer: initializer))
  var random = Random(seed: seed).child(named: "lively")
  func lively(_ shape: Shape) -> Tensor<Double> { .normal(shape, standardDeviation: 0.5, random: &random) }
  for parameter in layer.parameters { parameter.value = lively(parameter.value.shape) }
  for weight in layer.frozen { weight.restore(lively(weight.value.shape)) }
  return layer
}

extension RoutedTokens {
  /// A token moved along w_a − w_b until the logits of a, the last chosen, and b, the best left out, are this close.
  func moved(_ token: Int, toMargin margin: Double) -> Tensor<Double> {
    let chosen = selections[token]
    let a = chosen[k - 1]
    let b = (0..<experts).filter { !chosen.contains($0) }.max { logits[token, $0] < logits[token, $1] } ?? a
    let direction = W_r.sliced(0, a..<a + 1) - W_r.sliced(0, b..<b + 1)
    let excess = logits[token, a] - logits[token, b] - margin
    return h.sliced(0, token..<token + 1) - (excess / direction.sumOfSquares()) * direction
  }
}

/// A text of dialects, read once.
let corpus: Corpus = {
  do { return try Corpus(builtin: DialectCorpus(lines: 200)) } catch { fatalError("\(error)") }
}()

/// A small model of that text: L 1, d 24, N 4, T = M = 12 unless told otherwise.
func sizes(
  _ router: RouterKind, layers: Int = 1, width: Int = 24, experts: Int = 4, segment: Int = 12, memory: Int? = nil
) -> Configuration {
  Configuration(
    vocabulary: corpus.vocabulary.count, layers: layers, modelWidth: width, heads: 2, headWidth: 6, expertWidth: 12,
    experts: experts, segment: segment, memory: memory ?? segment, router: router)
}

extension Probe {
  /// Measures some rows of the text, a segment long.
  static func of(_ configuration: Configuration, rows: Int = 2) throws -> Probe {
    try Probe(corpus.splits.validation.symbols, rows: rows, length: configuration.segment, of: configuration)
  }
}

extension Trajectory {
  /// What the probe sees of a model now.
  static func snapshot(_ model: LanguageModel<Double>, _ probe: Probe) -> [LayerSnapshot] {
    var trajectory = Trajectory(model.configuration)
    trajectory.record(model, step: 0, k: 2, probe)
    return trajectory.snapshots[0].layers
  }
}

extension RoutedTokens {
  /// Random tokens in front of a mixture, those that have room for differences.
  static func smooth(_ count: Int, of width: Int, through layer: MoELayer<Double>, k: Int) -> RoutedTokens {
    let drawn = RoutedTokens(sample([count, width], seed: 3), through: layer, k: k)
    return drawn.keeping((0..<count).filter { drawn.radius(of: $0) > 1e-4 })
  }
}

/// How far two matrices are apart: the largest difference of entries, relative to the largest entry of either.
///
/// 0 for equal ones; infinite if shapes differ, if a number is NaN or if there are none.
func disagreement(_ a: Tensor<Double>, _ b: Tensor<Double>) -> Double {
  guard a.shape == b.shape && a.count > 0 && a.isFinite && b.isFinite else { return .infinity }
  let difference = (a - b).largestMagnitude
  return difference == 0 ? 0 : difference / max(a.largestMagnitude, b.largestMagnitude)
}

/// The largest disagreement of corresponding matrices; infinite if there are not as many, or none.
func disagreement(_ a: [Tensor<Double>], _ b: [Tensor<Double>]) -> Double {
  a.isEmpty || a.count != b.count ? .infinity : paired(a, b).map { disagreement($0, $1) }.worst()
}

/// One short real training of a router: V of the dialects, L 1, d 24, N 4, k 2, 12 steps.
func train(
  _ router: RouterKind, gate: GateOrder = .softmaxThenTopK, embeddingWidth: Int = 24, steps: Int = 12,
  rate: Double = 5e-3, hypernetworkWidth: Int = 48
) throws -> (trajectory: Trajectory, model: LanguageModel<Double>, probe: Probe) {
  var configuration = sizes(router)
  configuration.gateOrder = gate
  configuration.embeddingWidth = embeddingWidth
  configuration.hypernetworkWidth = hypernetworkWidth
  let options = TrainingOptions(
    batch: 4, steps: steps, learningRate: LearningRateSchedule(peak: rate, shape: .constant),
    kSchedule: KSchedule(.constant, 2, 2), seed: 3, shards: 2)
  let probe = try Probe.of(configuration)
  let (trajectory, model) = try Trajectory.training(
    configuration, options, symbols: corpus.splits.train.symbols, probe: probe, interval: 1, workers: .one)
  return (trajectory, model, probe)
}

/// The claims are about mixtures, whatever host is around them.
@Suite("Jacobian, a second host")
struct SecondHostClaimsTests {
  @Test(
    "Claims 1, 2, 3 and 7 hold in a host that only the tests know", arguments: RouterKind.compared, GateOrder.allCases)
  func claims(router: RouterKind, gate: GateOrder) throws {
    var configuration = Configuration.smallDecoder(router)
    configuration.gateOrder = gate
    let model = LanguageModel<Double>(configuration, seed: 3).randomized(seed: 3, scale: 0.5)
    let probe = try Probe((0..<30).map { Int32($0 * $0 % 7) }, rows: 3, length: 6, of: configuration)
    let results = ModelClaims(model: model, probe: probe, start: Trajectory.snapshot(model, probe), workers: .one)
      .results
    for claim in [1, 2, 3, 7] {
      let own = results.filter { $0.claim?.rawValue == claim && $0.holds != nil }
      #expect(!own.isEmpty && own.allSatisfy { $0.holds == true }, "claim \(claim): \(own.filter { $0.holds != true })")
    }
  }
}
