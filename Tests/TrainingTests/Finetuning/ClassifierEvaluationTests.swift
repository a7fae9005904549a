import Foundation
import Hosts
import MixtureOfExperts
import RunFiles
import Tensors
import TestSupport
import Testing

@testable import Corpora
@testable import Training

@Suite("Evaluation of a classifier")
struct ClassifierEvaluationTests {
  private func texts() throws -> [LabelledText] { try smallTask().splits.train }

  @Test("equals its definition at every k: each text read alone, the largest score the answer")
  func definition() throws {
    let classifier = try smallRun().livelyClassifier(Double.self)
    let texts = try texts()
    var results: [ClassificationResult] = []
    for k in [1, 2, 4] {
      var (correct, losses) = (0, [Double]())
      for text in texts {
        let scores = classifier(PaddedTexts([text.symbols]), k: k, random: nil, on: .evaluating()).scores.value.scalars
        #expect(scores.count == 3)
        let label = Int(text.label)
        if scores.indices.allSatisfy({ scores[$0] < scores[label] || $0 == label }) { correct += 1 }
        losses.append(log(scores.reduce(0) { $0 + exp($1) }) - scores[label])
      }
      let result = try ClassifierEvaluation(classifier, on: texts, workers: .one)(k: k)
      #expect(result.k == k && result.correct == correct && result.texts == texts.count)
      #expect(mismatch([result.loss], [losses.reduce(0, +) / Double(texts.count)], relative: 1e-12) == nil)
      results.append(result)
    }
    // Weights are so large that the number of experts matters: a k that is ignored would be seen.
    #expect(Set(results.map(\.loss)).count == 3)
  }

  @Test("ln p of a text depends neither on the texts beside it nor on their order", arguments: Pooling.allCases)
  func together(pooling: Pooling) throws {
    let classifier = try smallRun().livelyClassifier(Double.self, pooling)
    let symbols = try texts().map(\.symbols)
    let together = ClassifierReading(classifier, of: symbols, workers: .one)(k: 2)
    let reversed = ClassifierReading(classifier, of: symbols.reversed(), workers: .one)(k: 2)
    #expect(symbols.count > 16 && Set(symbols.map(\.count)).count > 3 && together.count == symbols.count)
    for (place, text) in symbols.enumerated() {
      let alone = ClassifierReading(classifier, of: [text], workers: .one)(k: 2)[0]
      #expect(mismatch(together[place], alone, absolute: 1e-12, relative: 1e-12) == nil)
      #expect(mismatch(reversed[symbols.count - 1 - place], alone, absolute: 1e-12, relative: 1e-12) == nil)
      #expect(abs(alone.reduce(0) { $0 + exp($1) } - 1) < 1e-12)
    }
  }

  @Test("Of the confusion matrix rows are true labels and columns answers; the diagonal is what is right")
  func confusion() throws {
    let classifier = try smallRun().livelyClassifier(Double.self)
    let texts = try texts()
    let evaluation = ClassifierEvaluation(classifier, on: texts, workers: .one)
    let found = evaluation.confusion(k: 2)
    var expected = Array(repeating: [0, 0, 0], count: 3)
    for text in texts {
      let scores = classifier(PaddedTexts([text.symbols]), k: 2, random: nil, on: .evaluating()).scores.value.scalars
      let answer = scores.indices.first { scores[$0] == scores.max() }
      expected[Int(text.label)][try #require(answer)] += 1
    }
    let transposed = (0..<3).map { column in expected.map { $0[column] } }
    #expect(expected != transposed, "a transposed matrix would not be seen")
    #expect(found.k == 2 && found.counts == expected)
    #expect(try evaluation(k: 2).correct == (0..<3).reduce(0) { $0 + found.counts[$1][$1] })
    for (label, row) in expected.enumerated() {
      #expect(found.accuracies[label] == Double(row[label]) / Double(texts.count { Int($0.label) == label }))
    }
    #expect(ConfusionMatrix(k: 1, counts: [[3, 1], [0, 0]]).accuracies == [0.75, nil])
    #expect(try JSON.decode(ConfusionMatrix.self, from: JSON.encode(found)) == found)
    #expect(throws: DecodingError.self) {
      try JSON.decode(ConfusionMatrix.self, from: Data(#"{"k":1,"counts":[[1],[2]]}"#.utf8))
    }
  }

  @Test("The same bits for any number of threads")
  func threads() throws {
    let classifier = try smallRun().livelyClassifier(Float.self)
    let texts = try texts()
    let one = try ClassifierEvaluation(classifier, on: texts, workers: .one)(k: 2)
    for count in [2, 3, 8] {
      #expect(try ClassifierEvaluation(classifier, on: texts, workers: Workers(count: count))(k: 2) == one)
    }
  }

  @Test("A loss that is not finite is an error, not a result")
  func notFinite() throws {
    let classifier = try smallRun().livelyClassifier(Float.self)
    classifier.head[1].value = Tensor([3], repeating: .nan)
    let evaluation = ClassifierEvaluation(classifier, on: try texts(), workers: .one)
    #expect(throws: TrainingError.evaluationNotFinite(k: 2)) { _ = try evaluation(k: 2) }
  }

  @Test(
    "Accuracy and its standard error follow from the counts, are written and read back; impossible counts are refused")
  func result() throws {
    let result = ClassificationResult(k: 2, correct: 90, texts: 100, loss: 0.5)
    #expect(result.accuracy == 0.9 && abs(result.standardError - 0.03) < 1e-15)
    let data = try JSON.encode(result)
    #expect(try JSON.decode(ClassificationResult.self, from: data) == result)
    for wrong in [#"{"k":1,"correct":3,"texts":2,"loss":1}"#, #"{"k":1,"correct":0,"texts":0,"loss":1}"#] {
      #expect(throws: DecodingError.self) {
        try JSON.decode(ClassificationResult.self, from: Data(wrong.utf8))
      }
    }
  }
}

@Suite("Checkpoint of a classifier")
struct ClassifierCheckpointTests {
  private func configuration(
    _ run: RunConfiguration, pooling: Pooling = .standard
  ) throws -> ClassifierConfiguration {
    let task = try smallTask()
    return ClassifierConfiguration(
      condition: .finetuned, labels: task.labels, pretrained: .init(path: "/run", weights: "last", step: 3),
      data: ClassificationSources(train: "rows.tsv"), fingerprint: task.fingerprint, model: run.model,
      training: try run.finetuningOptions(), pooling: pooling, vocabulary: run.vocabulary)
  }

  @Test(
    "What is written is read back, bit for bit, under the body's names and the classifier's",
    arguments: RouterKind.allCases)
  func roundTrip(router: RouterKind) throws {
    try TemporaryDirectory.use { folder in
      let run = try smallRun(router)
      let directory = try RunDirectory.create(at: folder.file("run"))
      let classifier = run.livelyClassifier(Float.self)
      try Checkpoint.save(classifier, of: configuration(run), step: 7, to: directory)
      let read: TextClassifier<Float> = try Checkpoint.load(configuration(run), from: directory)
      #expect(read.bits == classifier.bits)
      let file = try SafetensorsFile(contentsOf: directory.path(of: Checkpoint.modelName))
      #expect(
        file.entries.map(\.name) == run.model(Float.self).weights.map(\.name) + [
          "classifier.weight", "classifier.bias",
        ])
      #expect(file.entry(named: "classifier.weight")?.shape == [3, 8])
      #expect(file.entry(named: "classifier.bias")?.shape == [3])
      #expect(file.metadata["step"] == "7" && file.metadata.count == 3)
    }
  }

  @Test("A language model's weights are no classifier's, a classifier's no language model's; other labels are refused")
  func mistaken() throws {
    try TemporaryDirectory.use { folder in
      let run = try smallRun()
      let own = try RunDirectory.create(at: folder.file("own"))
      try Checkpoint.save(run.livelyClassifier(Float.self), of: configuration(run), step: 7, to: own)
      let language = problem { let _: LanguageModel<Float> = try Checkpoint.load(run, from: own) }
      #expect(language?.kind == .unexpected && language?.problem.contains("classifier.weight") == true)
      var other = try configuration(run)
      other.labels.append("more")
      let labels = problem { let _: TextClassifier<Float> = try Checkpoint.load(other, from: own) }
      #expect(labels?.problem == "tensor \"classifier.weight\": found shape [3, 8], expected [4, 8]")
      let model = try RunDirectory.create(at: folder.file("model"))
      let trainer = try run.trainer(run.model(Float.self))
      try Checkpoint.save(trainer, of: run, to: model)
      let none = problem {
        let _: TextClassifier<Float> = try Checkpoint.load(configuration(run), from: model)
      }
      #expect(none?.kind == .unexpected && none?.problem == "found no tensor \"classifier.weight\"")
    }
  }

  @Test("What was written before pooling was kept reads the last symbol, and is gone on with as such")
  func old() throws {
    try TemporaryDirectory.use { folder in
      let run = try smallRun()
      let one = try configuration(run, pooling: .last)
      let text = String(decoding: try JSON.encode(one), as: UTF8.self)
      let earlier = text.replacing(/"pooling":"last",/, with: "")
      #expect(earlier != text)
      let old = try JSON.decode(ClassifierConfiguration.self, from: Data(earlier.utf8))
      #expect(old.pooling == nil)
      let directory = try RunDirectory.create(at: folder.file("run"))
      func logarithms(_ configuration: ClassifierConfiguration) throws -> [[Double]] {
        try Checkpoint.save(run.livelyClassifier(Float.self, .last), of: configuration, step: 7, to: directory)
        let classifier: TextClassifier<Float> = try Checkpoint.load(configuration, from: directory)
        return ClassifierReading(classifier, of: [[1, 2, 3], [4]], workers: .one)(k: 2)
      }
      #expect(try logarithms(old) == logarithms(one))
      let mean = try logarithms(configuration(run))
      #expect(try mean[0] != logarithms(old)[0] && mean[1] == logarithms(old)[1])
    }
  }

  @Test("A description is written and read back; one that no classifier can have is refused; a run's is none")
  func description() throws {
    let run = try smallRun()
    let one = try configuration(run)
    let data = try JSON.encode(one)
    #expect(try JSON.decode(ClassifierConfiguration.self, from: data) == one)
    #expect(throws: Never.self) { try one.validate() }
    #expect(one.context == 11)
    let changes: [(inout ClassifierConfiguration) -> Void] = [
      { $0.format = 2 }, { $0.labels = ["x"] }, { $0.labels = ["x", "x"] }, { $0.model.vocabulary = 3 },
      { $0.model.heads = 0 }, { $0.training.batch = 0 },
    ]
    for change in changes {
      var wrong = one
      change(&wrong)
      #expect(throws: ConfigurationError.self) { try wrong.validate() }
    }
    #expect(throws: DecodingError.self) { try JSON.decode(RunConfiguration.self, from: data) }
    #expect(throws: DecodingError.self) {
      try JSON.decode(ClassifierConfiguration.self, from: JSON.encode(run))
    }
  }
}
