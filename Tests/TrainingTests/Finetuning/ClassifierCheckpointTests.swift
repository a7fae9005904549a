import Foundation
import MixtureOfExperts
import RunFiles
import Tensors
import TestSupport
import Testing

@testable import Corpora
@testable import Training
import Hosts

@Suite("Checkpoint of a classifier")
struct ClassifierCheckpointTests {
  private func configuration(_ run: RunConfiguration) throws -> ClassifierConfiguration {
    let task = try smallTask()
    return ClassifierConfiguration(
      condition: .finetuned, labels: task.labels, pretrained: .init(path: "/run", weights: "last", step: 3),
      data: ClassificationSources(train: "rows.tsv"), fingerprint: task.fingerprint, model: run.model,
      training: try run.finetuningOptions(), vocabulary: run.vocabulary)
  }

  @Test(
    "What is written is read back, bit for bit, under the body's names and the classifier's",
    arguments: RouterKind.allCases)
  func roundTrip(router: RouterKind) throws {
    try TemporaryDirectory.use { folder in
      let run = try smallRun(router)
      let directory = try RunDirectory.create(at: folder.file("run"))
      let classifier = run.livelyClassifier(Float.self)
      try Checkpoint.save(classifier, step: 7, to: directory)
      let read: TextClassifier<Float> = try Checkpoint.load(configuration(run), from: directory)
      #expect(read.bits == classifier.bits)
      let file = try SafetensorsFile(contentsOf: directory.path(of: Checkpoint.modelName))
      #expect(
        file.entries.map(\.name) == run.model(Float.self).weights.map(\.name) + [
          "classifier.weight", "classifier.bias",
        ])
      #expect(file.entry(named: "classifier.weight")?.shape == [3, 8])
      #expect(file.entry(named: "classifier.bias")?.shape == [3])
      #expect(file.metadata == ["format": "pt", "step": "7"])
    }
  }

  @Test("A language model's weights are no classifier's, a classifier's no language model's; other labels are refused")
  func mistaken() throws {
    try TemporaryDirectory.use { folder in
      let run = try smallRun()
      let own = try RunDirectory.create(at: folder.file("own"))
      try Checkpoint.save(run.livelyClassifier(Float.self), step: 7, to: own)
      let language = problem { let _: LanguageModel<Float> = try Checkpoint.load(run, from: own) }
      #expect(language?.kind == .unexpected && language?.problem.contains("classifier.weight") == true)
      var other = try configuration(run)
      other.labels.append("more")
      let labels = problem { let _: TextClassifier<Float> = try Checkpoint.load(other, from: own) }
      #expect(labels?.problem == "tensor \"classifier.weight\": found shape [3, 8], expected [4, 8]")
      let model = try RunDirectory.create(at: folder.file("model"))
      let trainer = try run.trainer(run.model(Float.self))
      try Checkpoint.save(trainer, to: model)
      let none = problem {
        let _: TextClassifier<Float> = try Checkpoint.load(configuration(run), from: model)
      }
      #expect(none?.kind == .unexpected && none?.problem == "found no tensor \"classifier.weight\"")
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
