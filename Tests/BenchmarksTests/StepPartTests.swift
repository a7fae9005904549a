import Autograd
import Benchmarks
import Foundation
import Layers
import MixtureOfExperts
import Tensors
import Testing
import Training
import TransformerXL

/// A layer or a loss, what it computes on a tape, and the parts of a step that this is.
struct TimedCase: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let parts: Set<StepPart>
  /// Parts that nothing is differentiated in.
  var constantParts: Set<StepPart> = []
  let compute: @Sendable (Tape<Float>) -> Variable<Float>

  init(_ name: String, _ parts: Set<StepPart>, compute: @escaping @Sendable (Tape<Float>) -> Variable<Float>) {
    (testDescription, self.parts, self.compute) = (name, parts, compute)
  }

  static let configuration = {
    var configuration = Configuration(
      vocabulary: 11, layers: 1, modelWidth: 8, heads: 2, headWidth: 4, expertWidth: 16, experts: 4, segment: 6,
      memory: 6, router: .hyperRouter)
    configuration.dropout = 0.1
    configuration.attentionDropout = 0.1
    return configuration
  }()
  private static var initializer: Initializer<Float> { Initializer(seed: 1) }
  private static let random = Random(seed: 1)

  private static func ones(_ tape: Tape<Float>, _ shape: Shape) -> Variable<Float> {
    tape.variable(Tensor(shape, repeating: 1))
  }

  static let all: [TimedCase] =
    [
      TimedCase("RelativeAttention", [.attention]) { tape in
        let (h, bias) = (ones(tape, [2, 6, 8]), ones(tape, [8]))
        return RelativeAttention("a", configuration, initializer: initializer)(
          h, context: h, positions: ones(tape, [6, 8]), u: bias, v: bias, random: random)
      },
      TimedCase("Experts", [.experts]) { tape in
        Experts("e", experts: 2, width: 8, hidden: 4, dropout: 0.1, initializer: initializer)(
          ones(tape, [2, 8]), TokenAssignment(selection: [0, 1], k: 1, experts: 2), random: random)
      },
      TimedCase("DenseFeedForward", [.experts]) { tape in
        DenseFeedForward("d", width: 8, hidden: 4, dropout: 0.1, initializer: initializer)(
          ones(tape, [2, 8]), random: random)
      },
      TimedCase("LayerNorm", [.norms]) { LayerNorm("n", width: 8, initializer: initializer)(ones($0, [2, 8])) },
      TimedCase("Embedding, tokens", [.embeddingAndLoss]) { tape in
        Embedding(vocabulary: 11, width: 8, initializer: initializer).embed([3, 1], on: tape)
      },
      TimedCase("Embedding, logits", [.embeddingAndLoss]) { tape in
        Embedding(vocabulary: 11, width: 8, initializer: initializer).logits(ones(tape, [2, 8]))
      },
      TimedCase("Dropout", [.other]) { Dropout(rate: 0.1)(ones($0, [2, 8]), random: random) },
    ]
    + RouterKind.allCases.filter(\.isSparse).map { router in
      var configuration = configuration
      configuration.router = router
      var layer = TimedCase("MoELayer, \(router.rawValue)", [.router, .dispatch, .experts]) { [configuration] tape in
        let model = LanguageModel<Float>(configuration, seed: 1)
        return model.feedForwardHalves[0].forward(ones(tape, [3, 8]), k: 2, random: random).output
      }
      // What is drawn at random has no derivative.
      if router == .random { layer.constantParts = [.router] }
      return layer
    }
}

@Suite("Parts of a training step")
struct StepPartTests {
  private func times(of router: RouterKind, norm: NormPlacement) throws -> StepTimes {
    var configuration = TimedCase.configuration
    configuration.router = router
    configuration.norm = norm
    let options = TrainingOptions(
      batch: 2, steps: 10, learningRate: LearningRateSchedule(peak: 1e-3), kSchedule: KSchedule(.constant, 2, 2),
      seed: 1, shards: 2)
    let trainer = try Trainer(
      LanguageModel<Float>(configuration, seed: 1), options, symbols: (0..<200).map { Int32($0 % 11) }, workers: .one)
    let times = StepTimes()
    for _ in 0..<2 { _ = try trainer.step(times: times) }
    return times
  }

  @Test("What a layer computes, forward and backward, is timed as its own part", arguments: TimedCase.all)
  func layers(_ test: TimedCase) {
    let times = StepTimes()
    let training = TrainingTape<Float>(times: times)
    let tape = training.tape
    let output = test.compute(tape)
    #expect(Set(times.seconds.keys) == test.parts)
    // Random weights of the sum, so that no gradient vanishes: timed as the rest of the model is.
    var random = Random(seed: 2)
    let weights = Tensor<Float>.normal(output.shape, random: &random)
    _ = training.gradients(of: sum(output * tape.constant(weights)))
    #expect(Set(times.seconds.keys) == test.parts.union([.other]))
    for part in test.parts {
      #expect((times.seconds[part]?.backward ?? 0 > 0) != test.constantParts.contains(part), "\(part)")
    }
  }

  @Test(
    "A step of a mixture has time in every part, whatever routes", arguments: RouterKind.allCases,
    NormPlacement.allCases)
  func parts(_ router: RouterKind, _ norm: NormPlacement) throws {
    let times = try times(of: router, norm: norm)
    let expected = router.isSparse ? Set(StepPart.allCases) : Set(StepPart.allCases).subtracting([.router, .dispatch])
    #expect(Set(times.seconds.keys) == expected)
    for part in expected where part != .optimiser {
      #expect((times.seconds[part]?.backward ?? 0 > 0) == !(router == .random && part == .router), "\(part)")
    }
    let fractions = times.fractions
    #expect(Set(fractions.keys) == Set(StepPart.allCases) && abs(fractions.values.reduce(0, +) - 1) < 1e-9)
    for part in StepPart.allCases { #expect((fractions[part, default: 0] > 0) == expected.contains(part), "\(part)") }
  }

  @Test("Times are seconds of the clock: what is slept counts for the next operation, and nothing counts twice")
  func seconds() {
    let times = StepTimes()
    let before = DispatchTime.now().uptimeNanoseconds
    let tape = Tape<Float>.evaluating(times: times)
    usleep(20_000)
    tape.timed(as: .norms) { _ = exp(tape.constant(Tensor(1))) }
    let elapsed = Double(DispatchTime.now().uptimeNanoseconds - before) * 1e-9
    let measured = times.seconds.values.reduce(0) { $0 + $1.forward + $1.backward }
    #expect(measured >= 0.02 && measured <= elapsed)
  }

  @Test("Where nothing was timed, no part has a share, rather than none that is a number")
  func nothing() {
    let fractions = StepTimes().fractions
    #expect(fractions.count == StepPart.allCases.count && fractions.values.allSatisfy { $0 == 0 })
  }

  @Test("The innermost part decides, and the outer one goes on behind it")
  func nested() {
    let times = StepTimes()
    let tape = Tape<Float>.evaluating(times: times)
    let one = tape.constant(Tensor(1))
    tape.timed(as: .attention) {
      _ = tape.timed(as: .norms) { exp(one) }
      #expect(Set(times.seconds.keys) == [.norms])
      _ = exp(one)
    }
    #expect(Set(times.seconds.keys) == [.norms, .attention])
    _ = exp(one)
    #expect(Set(times.seconds.keys) == [.norms, .attention, .other])
  }
}
