import Corpora
import Experiments
import Jacobian
import RunFiles
import Training

/// The object that `finetune --json` prints and `results.json` keeps.
struct FinetuneOutcome: Encodable {
  /// The texts.
  struct Task: Encodable {
    let name: String
    let labels: [String]
    let trainingTexts: Int
    let validationTexts: Int
    let testTexts: Int
    /// How many symbols of a text are read at most.
    let context: Int
    /// The longest text that is read, in symbols.
    let longest: Int
    /// How many texts lost their beginning.
    let truncated: Int
    /// The accuracy on the test part of always answering the training part's most frequent label.
    let chance: Double
    /// The accuracy that nothing can exceed on the test part.
    @OrNull private(set) var ceiling: Double?

    init(_ task: ClassificationTask) {
      name = task.name
      labels = task.labels
      trainingTexts = task.splits.train.count
      validationTexts = task.splits.validation.count
      testTexts = task.splits.test.count
      context = task.context
      longest = task.longest
      truncated = task.truncatedCount
      chance = task.chance
      ceiling = task.ceiling
    }
  }

  let task: Task
  let router: String
  let pretrained: ClassifierConfiguration.Pretrained
  let training: TrainingOptions
  let seeds: Int
  let threads: Int
  let classifiers: [FinetuningResult]
  let summary: FinetuningSummary

  init(of run: FinetuneRun, _ results: [FinetuningResult]) {
    task = Task(run.task)
    router = run.finetuning.model.router.rawValue
    pretrained = run.planned[0].configuration.pretrained
    training = run.planned[0].configuration.training
    seeds = run.options[FinetuneFlags.seeds]
    threads = run.finetuning.workers.count
    classifiers = results
    summary = FinetuningSummary(results)
  }
}
