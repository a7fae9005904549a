import Autograd
import Corpora
import Kernels
import MixtureOfExperts
import Tensors

/// Trains a classifier on labelled texts.
///
/// As in ``Trainer`` a batch is cut into shards, whose gradients are added in their order: the bits depend on the options,
/// never on the number of threads.
final class ClassifierTrainer<Scalar: Real> {
  /// The classifier; its weights change with every step.
  let classifier: TextClassifier<Scalar>
  /// Whether the body learns, too.
  let trainsBody: Bool
  /// The training's options.
  let options: TrainingOptions
  /// How many steps were finished.
  private(set) var finishedSteps = 0
  private let texts: [LabelledText]
  private var order: TextOrder
  private var optimiser = Adam<Scalar>()
  private let learningRateFactors: [String: Double]  // by parameter
  private let workers: Workers

  /// Prepares a training.
  ///
  /// - Parameters:
  ///   - classifier: With its initial weights.
  ///   - trainsBody: Whether the body learns, too.
  ///   - options: Batch, steps, learning rate, k and seed.
  ///   - texts: What to train on.
  ///   - workers: The threads to use.
  init(
    _ classifier: TextClassifier<Scalar>, trainsBody: Bool, _ options: TrainingOptions, texts: [LabelledText],
    workers: Workers
  ) {
    self.classifier = classifier
    self.trainsBody = trainsBody
    self.options = options
    self.texts = texts
    self.workers = workers
    order = TextOrder(count: texts.count, batch: options.batch, seed: options.seed)
    learningRateFactors =
      options.routerLearningRate.map { factor in
        Dictionary(classifier.body.routerParameters.map { ($0.name, factor) }) { first, _ in first }
      } ?? [:]
  }

  /// The weights that learn: all trainable ones, or the classifier's own.
  var trained: [Parameter<Scalar>] { trainsBody ? classifier.parameters : classifier.head }

  /// Carries out one update.
  ///
  /// - Returns: The mean of −ln p(label) over the batch before the update, in nats.
  /// - Throws: ``TrainingError/notFinite(step:what:)``; everything is then as before the step.
  func step() throws(TrainingError) -> Double {
    let k = options.kSchedule(step: finishedSteps, of: options.steps)
    let batch = order.texts(ofStep: finishedSteps).map { texts[$0] }
    let shards = Shards(rows: batch.count, count: options.shards)
    let noise = Random(seed: options.seed).child(named: "dropout").child(finishedSteps)
    let inner = Workers(count: workers.count / shards.count)
    let results = workers.map(shards.count) { shard in
      let own = Array(batch[shards[shard]])
      let share = Double(own.count) / Double(batch.count)
      let training = TrainingTape<Scalar>(workers: inner)
      let (scores, auxiliaryLoss) = self.scores(
        PaddedTexts(own.map(\.symbols)), k: k, random: noise.child(shard), on: training.tape)
      let loss = crossEntropy(scores, targets: own.map(\.label))
      let value = share * Double(loss.value.scalar)
      let objective = auxiliaryLoss.map { loss + $0 } ?? loss
      return (loss: value, gradients: training.gradients(of: objective, seed: Scalar(share)))
    }
    let loss = results.reduce(0) { $0 + $1.loss }
    try expectFinite(loss, "loss")
    var gradients = results[0].gradients
    for result in results.dropFirst() { gradients.add(result.gradients, workers: workers) }
    let norm = gradients.norm(workers: workers)
    try expectFinite(norm, "gradient")
    optimiser.update(
      trained, gradients, norm: norm, learningRate: options.learningRate(step: finishedSteps, of: options.steps),
      clip: options.clip, weightDecay: options.weightDecay ?? TrainingOptions.Defaults.weightDecay,
      factors: learningRateFactors, workers: workers)
    finishedSteps += 1
    return loss
  }

  /// Scores texts; a frozen body reads them as in evaluation and leaves nothing on the tape.
  private func scores(
    _ texts: PaddedTexts, k: Int, random: Random, on tape: Tape<Scalar>
  ) -> (scores: Variable<Scalar>, auxiliaryLoss: Variable<Scalar>?) {
    if trainsBody {
      let (scores, reading) = classifier(texts, k: k, random: random, on: tape)
      return (scores, reading.auxiliaryLoss)
    }
    let states = classifier.features(texts, k: k, random: nil, on: .evaluating(workers: tape.workers)).states.value
    return (classifier.scores(of: tape.constant(states), random: random), nil)
  }

  private func expectFinite(_ value: Double, _ what: String) throws(TrainingError) {
    guard value.isFinite else { throw .notFinite(step: finishedSteps + 1, what: what) }
  }
}
