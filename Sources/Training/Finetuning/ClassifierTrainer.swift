import Autograd
import Corpora
import MixtureOfExperts
import Tensors

/// Trains a classifier on labelled texts: all of it, or the head alone.
final class ClassifierTrainer<Scalar: Real> {
  /// The classifier; its weights change with every step.
  let classifier: TextClassifier<Scalar>
  /// Whether the body learns, too.
  let trainsBody: Bool
  private var loop: StepLoop<Scalar>
  private let texts: [LabelledText]
  private var order: TextOrder

  /// Prepares a training with the batch, steps, learning rate, k and seed of its options.
  init(
    _ classifier: TextClassifier<Scalar>, trainsBody: Bool, _ options: TrainingOptions, texts: [LabelledText],
    workers: Workers
  ) {
    self.classifier = classifier
    self.trainsBody = trainsBody
    self.texts = texts
    order = TextOrder(count: texts.count, batch: options.batch, seed: options.seed)
    loop = StepLoop(
      options, training: trainsBody ? classifier.parameters : classifier.head,
      routers: classifier.body.routerParameters, workers: workers)
  }

  /// The training's options.
  var options: TrainingOptions { loop.options }
  /// How many steps were finished.
  var finishedSteps: Int { loop.finishedSteps }
  /// The weights that learn: all trainable ones, or the classifier's own.
  var trained: [Parameter<Scalar>] { loop.parameters }

  /// Carries out one update and returns the mean of −ln p(label) over the batch before it, in nats.
  ///
  /// - Throws: ``TrainingError/notFinite(step:what:)``; everything is then as before the step.
  func step() throws(TrainingError) -> Double {
    let batch = order.texts(ofStep: finishedSteps).map { texts[$0] }
    let (report, routing) = try loop.step(batch: batch.count) { shard, tape in
      let own = batch[shard.rows]
      let (scores, reading) = self.scores(PaddedTexts(own.map(\.symbols)), shard, on: tape)
      return (crossEntropy(scores, targets: own.map(\.label)), reading?.auxiliaryLoss, reading?.routing ?? [])
    }
    if trainsBody { classifier.body.finishStep(routing: routing) }
    return report.loss
  }

  /// Scores texts; a frozen body reads them as in evaluation and leaves nothing on the tape.
  private func scores(
    _ texts: PaddedTexts, _ shard: StepLoop<Scalar>.Shard, on tape: Tape<Scalar>
  ) -> (scores: Variable<Scalar>, reading: Reading<Scalar>?) {
    if trainsBody { return classifier(texts, k: shard.k, random: shard.random, on: tape) }
    let reading = Tape<Scalar>.evaluating(workers: tape.workers)
    let states = classifier.features(texts, k: shard.k, random: nil, on: reading).states.value
    return (classifier.scores(of: tape.constant(states), random: shard.random), nil)
  }
}

/// The order in which texts are trained on: all of them in every epoch, shuffled anew, in batches of which the last may be
/// smaller.
///
/// Depends on the seed alone, so that models of one seed read the same texts in the same order.
struct TextOrder {
  /// How many texts there are, at least one.
  let count: Int
  /// B.
  let batch: Int
  private let random: Random
  private var epoch: (number: Int, order: [Int])?

  init(count: Int, batch: Int, seed: UInt64) {
    self.count = count
    self.batch = batch
    random = Random(seed: seed).child(named: "text order")
  }

  /// How many steps an epoch takes.
  var stepsPerEpoch: Int { Self.stepsPerEpoch(texts: count, batch: batch) }

  /// How many steps an epoch takes: ⌈n/B⌉.
  static func stepsPerEpoch(texts: Int, batch: Int) -> Int { (texts + batch - 1) / batch }

  /// The places of the texts, at most B, that a step reads, counted from 0.
  mutating func texts(ofStep step: Int) -> [Int] {
    let (number, place) = step.quotientAndRemainder(dividingBy: stepsPerEpoch)
    if epoch?.number != number {
      var own = random.child(number)
      epoch = (number, own.permutation(of: count))
    }
    return Array((epoch?.order ?? [])[place * batch..<min(count, (place + 1) * batch)])
  }
}
