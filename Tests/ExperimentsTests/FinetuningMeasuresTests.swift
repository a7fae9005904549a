import MixtureOfExperts
import Corpora
import Hosts
import Testing
import Training

@testable import Experiments
@testable import Jacobian

@Suite("What finetuning on the built-in task takes")
struct FinetuningMeasuresTests {
  @Test(
    "Three conditions, all epochs of training with an evaluation each, then both parts at every k: as many symbols as are read"
  )
  func work() throws {
    let vocabulary = try Corpus.load(DialectCorpus.name, tokenization: .bytes).vocabulary
    var run = try sampleRun(.hyperRouter)
    run = RunConfiguration(
      data: DialectCorpus.name, tokens: .bytes, model: run.model, training: run.training, vocabulary: vocabulary)
    // Every line is longer than T + M = 16, so that 16 symbols of it are read.
    let task = try ClassificationTask(ClassificationSources(), vocabulary: vocabulary, context: 16)
    let texts = [task.splits.train.count, task.splits.validation.count, task.splits.test.count]
    #expect(task.truncatedCount == texts.reduce(0, +) && texts.allSatisfy { $0 > 0 })
    func tokens(_ k: Int) -> Double { 16 * run.model.multiplyAddsPerToken(batch: 16, k: k) }
    func work(_ ks: [Int]) throws -> Double {
      try FinetuningMeasures.multiplyAdds(of: run, ks: ks, trainingFactor: 3)
    }
    func isClose(_ found: Double, _ expected: Double) -> Bool { abs(found / expected - 1) < 1e-12 }

    let epochs = Double(Finetuning.Defaults.epochs)
    let trained = 3 * epochs * Double(3 * texts[0] + texts[1]) * tokens(2)
    #expect(isClose(try work([]), trained))
    let measured = 3 * Double(texts[1] + texts[2]) * (tokens(1) + tokens(8))
    #expect(isClose(try work([1, 8]), trained + measured))

    // k grows from 2 to 8: 5 in the mean, and 8 in every evaluation.
    run.training.kSchedule = KSchedule(.linearIncrease, 2, 8)
    let grown = 3 * epochs * (Double(3 * texts[0]) * tokens(5) + Double(texts[1]) * tokens(8))
    #expect(isClose(try work([]), grown))
  }
}
