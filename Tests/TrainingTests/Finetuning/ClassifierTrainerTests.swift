import Autograd
import Layers
import MixtureOfExperts
import Tensors
import TestSupport
import Testing

@testable import Corpora
@testable import Training

@Suite("Training of a classifier")
struct ClassifierTrainerTests {
  private func trainer<S: Real>(
    _ run: RunConfiguration, _ scalar: S.Type = S.self, trainsBody: Bool = true, workers: Int = 1, shards: Int = 2,
    epochs: Int = 2, learningRate: Double = 0.02
  ) throws -> ClassifierTrainer<S> {
    var options = try run.finetuningOptions(epochs: epochs, learningRate: learningRate)
    options.shards = shards
    return ClassifierTrainer(
      TextClassifier(run.model(S.self), labels: 3, seed: 5), trainsBody: trainsBody, options,
      texts: try smallTask().splits.train, workers: Workers(count: workers))
  }

  @Test("A frozen body keeps its bits, and the classifier alone learns", arguments: RouterKind.compared)
  func frozen(router: RouterKind) throws {
    let trainer = try trainer(smallRun(router, dropout: 0.2), Float.self, trainsBody: false)
    let (body, head) = (trainer.classifier.body.weights.map(\.value), trainer.classifier.head.map(\.value))
    for _ in 0..<6 { _ = try trainer.step() }
    #expect(trainer.classifier.body.weights.map(\.value.scalars) == body.map(\.scalars))
    for (parameter, before) in zip(trainer.classifier.head, head) { #expect(parameter.value != before) }
    #expect(trainer.trained.map(\.name) == ["classifier.weight", "classifier.bias"])
  }

  @Test("A frozen body reads as in evaluation: dropout falls on the classifier alone", arguments: [1, 3])
  func frozenWithoutDropout(shards: Int) throws {
    let trainer = try trainer(smallRun(dropout: 0.5), Double.self, trainsBody: false, shards: shards)
    let texts = try smallTask().splits.train
    var order = TextOrder(count: texts.count, batch: 7, seed: trainer.options.seed)
    let batch = order.texts(ofStep: 0).map { texts[$0] }
    let noise = Random(seed: trainer.options.seed).child(named: "dropout").child(0)
    func loss(droppingInBody: Bool) -> Double {
      Shards(rows: 7, count: shards).enumerated().reduce(0) { sum, shard in
        let (number, rows) = shard
        let (own, random) = (batch[rows], noise.child(number))
        let tape = Tape<Double>.evaluating()
        let states = trainer.classifier.features(
          PaddedTexts(own.map(\.symbols)), k: 1, random: droppingInBody ? random : nil, on: tape
        ).states
        let scores = trainer.classifier.scores(of: states, random: random)
        return sum + crossEntropy(scores, targets: own.map(\.label)).value.scalar * Double(rows.count) / 7
      }
    }
    let expected = loss(droppingInBody: false)
    #expect(abs(expected - loss(droppingInBody: true)) > 1e-4, "dropout in the body makes a difference")
    #expect(mismatch([try trainer.step()], [expected], relative: 1e-12) == nil)
  }

  @Test(
    "Otherwise all trainable weights but the scores of symbols move, and the router's fixed ones do not",
    arguments: RouterKind.compared)
  func finetuned(router: RouterKind) throws {
    let trainer = try trainer(smallRun(router), Float.self)
    let classifier = trainer.classifier
    let (before, frozen) = (classifier.parameters.map(\.value), classifier.frozen.map(\.value))
    for _ in 0..<6 { _ = try trainer.step() }
    var moved = 0
    for (parameter, before) in zip(classifier.parameters, before) {
      #expect((parameter.value != before) == (parameter.name != "output.bias"), "\(parameter.name)")
      moved += parameter.value != before ? 1 : 0
    }
    #expect(moved == classifier.parameters.count - 1)
    #expect(classifier.frozen.map(\.value) == frozen && frozen.isEmpty == (router == .smoe))
    let routing = classifier.body.routerParameters.map { String($0.name.split(separator: ".").last ?? "") }
    #expect(Set(routing) == (router == .smoe ? ["weight", "bias"] : router == .hyperRouter ? ["embedding"] : []))
  }

  @Test("The same bits for any number of threads", arguments: [true, false])
  func threads(trainsBody: Bool) throws {
    func bits(_ workers: Int) throws -> [String] {
      let trainer = try trainer(smallRun(dropout: 0.2), Float.self, trainsBody: trainsBody, workers: workers, shards: 3)
      let losses = try (0..<11).map { _ in try trainer.step() }
      return trainer.classifier.bits + ["\(losses)"]
    }
    let one = try bits(1)
    for workers in [2, 3, 8] { #expect(try bits(workers) == one) }
  }

  @Test("Shards give the loss of the whole batch and its update", arguments: [2, 3, 7, 9])
  func shards(count: Int) throws {
    func outcome(_ shards: Int) throws -> (losses: [Double], weights: [Double]) {
      let trainer = try trainer(smallRun(), Double.self, shards: shards)
      let losses = try (0..<3).map { _ in try trainer.step() }
      return (losses, trainer.classifier.head.flatMap(\.value.scalars))
    }
    let (whole, parts) = (try outcome(1), try outcome(count))
    #expect(mismatch(parts.losses, whole.losses, relative: 1e-7) == nil)
    #expect(mismatch(parts.weights, whole.weights, absolute: 1e-6, relative: 1e-6) == nil)
  }

  @Test("Twenty epochs lower the loss, whatever the router", arguments: RouterKind.allCases.filter { $0 != .random })
  func learns(router: RouterKind) throws {
    let trainer = try trainer(smallRun(router), Float.self, epochs: 20, learningRate: 0.03)
    let losses = try (0..<trainer.options.steps).map { _ in try trainer.step() }
    #expect(losses[0] > 0.9)
    #expect(losses.suffix(9).reduce(0, +) / 9 < 0.7, "\(losses.suffix(9))")
  }

  @Test("A loss that is not finite ends the training and leaves the weights")
  func notFinite() throws {
    let trainer = try trainer(smallRun(), Float.self)
    trainer.classifier.head[1].value = Tensor([3], repeating: .infinity)
    let before = trainer.classifier.body.weights.map(\.value.scalars)
    #expect(throws: TrainingError.notFinite(step: 1, what: "loss")) { _ = try trainer.step() }
    #expect(trainer.classifier.body.weights.map(\.value.scalars) == before && trainer.finishedSteps == 0)
  }
}

@Suite("Order of texts")
struct TextOrderTests {
  @Test("Every epoch reads every text once, in an order of its own, in batches of which the last may be smaller")
  func epochs() {
    var order = TextOrder(count: 10, batch: 4, seed: 1)
    #expect(order.stepsPerEpoch == 3)
    let epochs = (0..<3).map { epoch in (0..<3).map { order.texts(ofStep: 3 * epoch + $0) } }
    for epoch in epochs {
      #expect(epoch.map(\.count) == [4, 4, 2])
      #expect(epoch.joined().sorted() == Array(0..<10))
    }
    #expect(Set(epochs.map { Array($0.joined()) }).count == 3)
  }

  @Test("The order follows from the seed and the step alone")
  func seeds() {
    var (one, other, same) = (
      TextOrder(count: 50, batch: 7, seed: 1), TextOrder(count: 50, batch: 7, seed: 2),
      TextOrder(count: 50, batch: 7, seed: 1)
    )
    let steps = [0, 9, 3, 30, 1]
    let first = steps.map { one.texts(ofStep: $0) }
    #expect(steps.map { same.texts(ofStep: $0) } == first)
    #expect(steps.map { other.texts(ofStep: $0) } != first)
    #expect(TextOrder.stepsPerEpoch(texts: 16, batch: 16) == 1 && TextOrder.stepsPerEpoch(texts: 17, batch: 16) == 2)
    #expect(TextOrder.stepsPerEpoch(texts: 1, batch: 16) == 1)
  }
}
