import Autograd
import Corpora
import Hosts
import Kernels
import MixtureOfExperts
import Tensors

/// Finetunes a pretrained model for a classification task, beside the same network from scratch and a frozen body.
///
/// Called for each condition and seed; those of one seed have W_c, the order of texts and dropout in common.
public struct Finetuning {
  /// What is left of a training.
  public struct Outcome {
    /// The classifier with its chosen weights.
    public let classifier: TextClassifier<Float>
    /// What it was measured to be.
    public let result: FinetuningResult
  }

  /// The pretrained model; its weights are not changed.
  public let pretrained: LanguageModel<Float>
  /// The texts.
  public let task: ClassificationTask
  /// The training of every classifier, but for its seed.
  public let training: TrainingOptions
  /// Which states of a text are read.
  public let pooling: Pooling
  /// Evaluations without improvement that end a training; nil: it ends with its last step.
  public let patience: Int?
  /// The rate of dropout; the pretrained model's if nil.
  public let dropout: Double?
  /// The threads to use; results are the same bits for any number.
  public let workers: Workers

  /// Prepares trainings.
  public init(
    _ pretrained: LanguageModel<Float>, on task: ClassificationTask, _ training: TrainingOptions,
    pooling: Pooling = .standard, patience: Int? = Defaults.patience, dropout: Double? = nil, workers: Workers
  ) {
    self.pretrained = pretrained
    self.task = task
    self.training = training
    (self.pooling, self.patience, self.dropout) = (pooling, patience, dropout)
    self.workers = workers
  }

  /// Returns the options of a training: the pretrained run's, its k schedule and the height and shape of its learning rate
  /// included, for another length.
  public static func options(
    of run: RunConfiguration, texts: Int, epochs: Int = Defaults.epochs, batch: Int = Defaults.batch
  ) -> TrainingOptions {
    var options = run.training
    options.batch = batch
    options.steps = epochs * TextOrder.stepsPerEpoch(texts: texts, batch: batch)
    options.learningRate = LearningRateSchedule(peak: options.learningRate.peak, shape: options.learningRate.shape)
    options.extendedFrom = nil
    return options
  }

  /// What a finetuning has unless it is told otherwise.
  public enum Defaults {
    /// How often each text is read.
    public static let epochs = 20
    /// Evaluations without improvement that end a training.
    public static let patience = 5
    /// Texts read side by side.
    public static let batch = 16
  }

  /// The sizes of the classifier's body.
  public var model: Configuration {
    var model = pretrained.configuration
    if let dropout { model.dropout = dropout }
    return model
  }

  /// The step of the next evaluation: at the end of an epoch, or of the training.
  private func nextEvaluation(after step: Int) -> Int {
    let epoch = TextOrder.stepsPerEpoch(texts: task.splits.train.count, batch: training.batch)
    return min(training.steps, (step / epoch + 1) * epoch)
  }

  /// Trains one classifier and measures it.
  ///
  /// Weights are chosen by the evaluations at the end of epochs: those with the highest accuracy on the validation part at the k of
  /// the last step; of equal ones with the lower loss, then the earlier. As many in a row as ``patience`` with neither a higher
  /// accuracy nor a lower loss end the training.
  public func callAsFunction(
    _ condition: FinetuningCondition, seed: UInt64, ks: [Int],
    progress: (_ step: Int, _ loss: Double) throws -> Void = { _, _ in }
  ) throws -> Outcome {
    var options = training
    options.seed = seed
    let classifier = TextClassifier(
      body(condition, seed: seed), labels: task.labels.count, pooling: pooling, seed: seed)
    let trainer = ClassifierTrainer(
      classifier, trainsBody: condition.trainsBody, options, texts: task.splits.train, workers: workers)
    let validation = ClassifierEvaluation(classifier, on: task.splits.validation, workers: workers)
    let k = options.kSchedule(step: options.steps - 1, of: options.steps)
    var epochs: [FinetuningResult.Epoch] = []
    var chosen: (epoch: FinetuningResult.Epoch, weights: [Tensor<Float>])?
    while trainer.finishedSteps < options.steps, !isExhausted(epochs.map(\.validation)) {
      let (first, last) = (trainer.finishedSteps, nextEvaluation(after: trainer.finishedSteps))
      var sum = 0.0
      while trainer.finishedSteps < last {
        let loss = try trainer.step()
        sum += loss
        try progress(trainer.finishedSteps, loss)
      }
      let epoch = FinetuningResult.Epoch(
        step: last, trainingLoss: sum / Double(last - first), validation: try validation(k: k))
      epochs.append(epoch)
      if chosen.map({ epoch.validation.isBetter(than: $0.epoch.validation) }) ?? true {
        chosen = (epoch, classifier.parameters.map(\.value))
      }
    }
    if let chosen {
      for (parameter, value) in zip(classifier.parameters, chosen.weights) { parameter.value = value }
    }
    let test = ClassifierEvaluation(classifier, on: task.splits.test, workers: workers)
    var result = FinetuningResult(
      condition: condition, seed: seed, epochs: epochs, chosenStep: chosen?.epoch.step ?? 0,
      validation: try ks.map { try validation(k: $0) }, test: try ks.map { try test(k: $0) },
      trainableParameters: trainer.trained.reduce(0) { $0 + $1.value.count })
    result.confusion = result.bestK.map { test.confusion(k: $0) }
    return Outcome(classifier: classifier, result: result)
  }

  /// Whether the last evaluations, as many as patience allows, had neither a higher accuracy nor a lower loss than all before.
  ///
  /// Accuracy alone goes up and down long before the loss stops falling.
  private func isExhausted(_ evaluations: [ClassificationResult]) -> Bool {
    guard let patience else { return false }
    let improved = evaluations.indices.last { place in
      let (own, before) = (evaluations[place], evaluations[..<place])
      return before.allSatisfy { $0.correct < own.correct } || before.allSatisfy { $0.loss > own.loss }
    }
    return improved.map { evaluations.count - 1 - $0 >= patience } ?? false
  }

  /// A model of its own with the pretrained weights, or with new ones.
  private func body(_ condition: FinetuningCondition, seed: UInt64) -> LanguageModel<Float> {
    let body = LanguageModel<Float>(model, seed: seed)
    if condition.isPretrained {
      for (own, other) in zip(body.parameters, pretrained.parameters) { own.value = other.value }
      for (own, other) in zip(body.frozen, pretrained.frozen) { own.restore(other.value) }
    }
    return body
  }
}

extension ClassificationResult {
  /// Whether these weights are to be preferred to earlier ones: by accuracy, then by loss.
  fileprivate func isBetter(than earlier: ClassificationResult) -> Bool {
    (correct, -loss) > (earlier.correct, -earlier.loss)
  }
}
