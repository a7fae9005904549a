import Foundation
import MixtureOfExperts
import Tensors
import TestSupport
import Testing
import RunFiles

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
