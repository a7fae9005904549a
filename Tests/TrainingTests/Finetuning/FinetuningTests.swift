import Foundation
import Hosts
import MixtureOfExperts
import RunFiles
import Tensors
import TestSupport
import Testing

@testable import Corpora
@testable import Training

@Suite("Finetuning")
struct FinetuningTests {
  private func finetuning(
    _ router: RouterKind = .hyperRouter, pretrained: LanguageModel<Float>? = nil, epochs: Int = 3, workers: Int = 1,
    learningRate: Double = 0.02, patience: Int? = nil, dropout: Double? = nil, task: ClassificationTask? = nil
  ) throws -> Finetuning {
    let run = try smallRun(router)
    return Finetuning(
      pretrained ?? run.model(Float.self), on: try task ?? smallTask(),
      try run.finetuningOptions(epochs: epochs, learningRate: learningRate), patience: patience, dropout: dropout,
      workers: Workers(count: workers))
  }

  @Test("The pretrained weights are not changed, whatever the condition", arguments: FinetuningCondition.allCases)
  func pretrained(condition: FinetuningCondition) throws {
    let finetuning = try finetuning()
    let before = finetuning.pretrained.weights.map(\.value.scalars)
    let outcome = try finetuning(condition, seed: 2, ks: [1, 4])
    #expect(finetuning.pretrained.weights.map(\.value.scalars) == before)
    #expect(outcome.result.condition == condition && outcome.result.seed == 2)
    let body = outcome.classifier.body.weights
    #expect((body.map(\.value.scalars) == before) == (condition == .frozen))
    let trained = condition == .frozen ? outcome.classifier.head : outcome.classifier.parameters
    #expect(outcome.result.trainableParameters == trained.reduce(0) { $0 + $1.value.count })
  }

  @Test("From scratch nothing of the pretrained weights is used; the other two depend on them")
  func scratch() throws {
    let (one, other) = (try finetuning(), try finetuning(pretrained: smallRun().livelyModel(Float.self)))
    for condition in FinetuningCondition.allCases {
      let (first, second) = (try one(condition, seed: 2, ks: [2]), try other(condition, seed: 2, ks: [2]))
      #expect((first.classifier.bits == second.classifier.bits) == (condition == .scratch), "\(condition)")
    }
    // Another seed, other weights.
    #expect(try one(.scratch, seed: 3, ks: [2]).classifier.bits != one(.scratch, seed: 2, ks: [2]).classifier.bits)
  }

  @Test(
    "The weights are those of the evaluation with the highest accuracy on the validation part, then the lowest loss")
  func choice() throws {
    var distinct: Set<Int> = []
    // Shifted labels: there is nothing to learn, so that accuracy goes up and down.
    let task = try smallTask(shift: 1)
    for seed: UInt64 in 1...4 {
      let outcome = try finetuning(epochs: 6, learningRate: 0.05, task: task)(.finetuned, seed: seed, ks: [1, 2, 4])
      let result = outcome.result
      #expect(result.epochs.map(\.step) == (1...6).map { 9 * $0 })
      let best = try #require(
        result.epochs.max {
          ($0.validation.correct, -$0.validation.loss) < ($1.validation.correct, -$1.validation.loss)
        })
      #expect(result.chosenStep == best.step)
      // Measured again with the chosen weights, at the k of the last step, N.
      #expect(best.validation.k == 4 && result.validation.last == best.validation)
      #expect(result.test.map(\.k) == [1, 2, 4] && result.test.allSatisfy { $0.texts == 30 })
      #expect(result.best?.k == result.bestK && result.confusion?.k == result.bestK)
      let confusion = try #require(result.confusion)
      #expect(confusion.counts.indices.reduce(0) { $0 + confusion.counts[$1][$1] } == result.best?.correct)
      distinct.insert(result.chosenStep)
    }
    #expect(distinct != [54], "the last evaluation was always the best: nothing was chosen")
  }

  @Test("As many evaluations as patience allows without improvement end a training, with the weights of the best")
  func patience() throws {
    let task = try smallTask(shift: 1)
    var ended = 0
    for seed: UInt64 in 1...4 {
      func result(_ patience: Int?) throws -> FinetuningResult {
        try finetuning(epochs: 12, learningRate: 0.05, patience: patience, task: task)(.finetuned, seed: seed, ks: [4])
          .result
      }
      let (whole, short) = (try result(nil), try result(2))
      // By the definition: go through the whole training's evaluations, and stop behind two without a new best of either kind.
      var (correct, loss, idle, count, chosen) = (-1, Double.infinity, 0, 0, 0)
      while count < 12, idle < 2 {
        let own = whole.epochs[count].validation
        idle = own.correct > correct || own.loss < loss ? 0 : idle + 1
        let other = whole.epochs[chosen].validation
        if (own.correct, -own.loss) > (other.correct, -other.loss) { chosen = count }
        (correct, loss, count) = (max(correct, own.correct), min(loss, own.loss), count + 1)
      }
      #expect(short.epochs == Array(whole.epochs.prefix(count)) && short.chosenStep == whole.epochs[chosen].step)
      if count < 12 { ended += 1 }
    }
    #expect(ended > 0, "no training ended early")
  }

  @Test(
    "k is chosen on the validation part by accuracy, then loss, then the smaller, and the test part is read at that k")
  func chosenK() throws {
    func part(_ correct: [Int], _ losses: [Double]) -> [ClassificationResult] {
      zip(correct, losses).enumerated().map { ClassificationResult(k: 1 << $0, correct: $1.0, texts: 10, loss: $1.1) }
    }
    func result(_ validation: [ClassificationResult]) -> FinetuningResult {
      FinetuningResult(
        condition: .frozen, seed: 1, epochs: [], chosenStep: 0, validation: validation,
        test: part([3, 9, 4], [2, 0.1, 1]), trainableParameters: 0, confusion: nil)
    }
    // The test part alone would choose k = 2.
    let first = result(part([8, 5, 7], [1, 1, 1]))
    #expect(first.bestK == 1 && first.best?.correct == 3)
    #expect(result(part([5, 5, 8], [1, 1, 1])).best?.correct == 4)
    #expect(result(part([8, 5, 8], [1, 1, 0.9])).bestK == 4)
    #expect(result(part([8, 8, 8], [1, 1, 1])).bestK == 1)
    #expect(result([]).best == nil)
  }

  @Test("The same seed gives the same bits, for any number of threads; dropout can be given")
  func repeatable() throws {
    let one = try finetuning()(.finetuned, seed: 2, ks: [2])
    let again = try finetuning(workers: 3)(.finetuned, seed: 2, ks: [2])
    #expect(again.classifier.bits == one.classifier.bits && again.result == one.result)
    let dropped = try finetuning(dropout: 0.3)
    #expect(dropped.model.dropout == 0.3)
    #expect(try dropped(.finetuned, seed: 2, ks: [2]).classifier.bits != one.classifier.bits)
  }

  @Test("What can be learnt is learnt on texts never seen, and nothing where labels are shifted by a row")
  func labels() throws {
    let counts = Splits(train: 400, validation: 100, test: 200)
    let (task, shifted) = (try smallTask(counts), try smallTask(counts, shift: 1))
    func accuracy(_ task: ClassificationTask) throws -> Double {
      let run = try smallRun()
      var options = try run.finetuningOptions(learningRate: 0.01, k: 4)
      options.batch = 8
      options.steps = 12 * 50
      let finetuning = Finetuning(run.model(Float.self), on: task, options, workers: Workers(count: 2))
      return try #require(finetuning(.finetuned, seed: 1, ks: [4]).result.best).accuracy
    }
    #expect(task.chance < 0.5)
    #expect(try accuracy(task) > 0.9)
    // Five standard errors above chance.
    #expect(try accuracy(shifted) < shifted.chance + 5 * (0.25 / 200).squareRoot())
  }

  @Test(
    "A step count that ends within an epoch has its last evaluation there; progress is told every step and may end it")
  func steps() throws {
    struct Stop: Error {}
    let run = try smallRun()
    var options = try run.finetuningOptions()
    options.steps = 13
    let finetuning = Finetuning(run.model(Float.self), on: try smallTask(), options, workers: .one)
    var steps: [Int] = []
    let result = try finetuning(.frozen, seed: 1, ks: [2]) { step, loss in
      steps.append(step)
      #expect(loss.isFinite)
    }.result
    #expect(result.epochs.map(\.step) == [9, 13] && steps == Array(1...13))
    #expect(throws: Stop.self) {
      _ = try finetuning(.frozen, seed: 1, ks: [2]) { step, _ in if step == 4 { throw Stop() } }
    }
  }

  @Test("Options are the pretrained run's, for another length")
  func options() throws {
    var run = try smallRun()
    run.training.learningRate.warmup = 5
    run.training.routerLearningRate = 3
    let options = Finetuning.options(of: run, texts: 60, epochs: 4, batch: 7)
    #expect(options.steps == 36 && options.batch == 7 && options.learningRate.warmup == 0)
    #expect(options.learningRate.peak == run.training.learningRate.peak && options.routerLearningRate == 3)
    #expect(options.kSchedule == run.training.kSchedule && options.clip == run.training.clip)
    #expect(throws: Never.self) { try options.validate(for: run.model) }
  }
}

/// Texts of 1 to 8 letters whose label is the kind of their last letter.
///
/// The labels are "c", "e" and "v", moved away from their texts by `shift` rows; symbols are those of ``smallCorpus()``.
func smallTask(
  _ counts: Splits<Int> = Splits(train: 60, validation: 24, test: 30), shift: Int = 0, context: Int = 9
) throws -> ClassificationTask {
  var random = Random(seed: 4)
  let kinds = ["v", "c", "e"]
  func part(_ count: Int) -> LabelledRows {
    let texts = (0..<count).map { _ in
      (0..<1 + random.below(8)).map { _ in UInt8(ascii: "a") + UInt8(random.below(16)) }
    }
    return LabelledRows(
      source: "small",
      rows: texts.indices.map { row in
        let labelled = texts[(row + shift) % count]
        return .init(
          text: texts[row], label: kinds[Int(labelled[labelled.count - 1]) % 3],
          origin: TextOrigin(offset: 0, line: row + 1))
      })
  }
  return try ClassificationTask(
    name: "small", counts.map(part), vocabulary: smallCorpus().vocabulary, context: context)
}

extension RunConfiguration {
  /// How a classifier is trained in tests: 7 texts a step, so that the last batch of an epoch is smaller.
  func finetuningOptions(epochs: Int = 2, learningRate: Double = 0.02, k: Int? = nil) throws -> TrainingOptions {
    var options = Finetuning.options(
      of: self, texts: try smallTask().splits.train.count, epochs: epochs, batch: 7)
    options.learningRate.peak = learningRate
    if let k { options.kSchedule = KSchedule(.constant, k, k) }
    return options
  }

  /// A classifier with random weights that are large enough to matter.
  func livelyClassifier<S: Real>(_ scalar: S.Type = S.self, _ pooling: Pooling = .standard) -> TextClassifier<S> {
    let classifier = TextClassifier(livelyModel(S.self), labels: 3, pooling: pooling, seed: 5)
    var random = Random(seed: 10)
    for parameter in classifier.head { parameter.value = .normal(parameter.value.shape, random: &random) }
    return classifier
  }
}

extension TextClassifier {
  /// All weights, as text that is equal only for equal bits.
  var bits: [String] { weights.map { "\($0.name): \($0.value.scalars)" } }
}
