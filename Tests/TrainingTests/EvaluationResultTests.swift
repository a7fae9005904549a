import Foundation
import TestSupport
import Testing
import RunFiles

@testable import Training

@Suite("Evaluation result")
struct EvaluationResultTests {
  private func result(loss: Double = 2, isBuiltin: Bool = true) -> EvaluationResult {
    EvaluationResult(
      k: 2, loss: loss, symbols: 30, entropyPerLayer: [1.5], loadPerLayer: [[0.25, 0.75]],
      dialectInformationPerLayer: isBuiltin ? [0.5] : nil, recallBits: isBuiltin ? 0.125 : nil)
  }

  private func object(_ result: EvaluationResult) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: JSON.encode(result)) as? [String: Any])
  }

  @Test("JSON has these keys, null for the two of the built-in corpus where it is another text")
  func keys() throws {
    let common: Set = [
      "k", "loss", "symbols", "cold_symbols", "total_loss", "bits_per_symbol", "perplexity", "entropy_nats_per_layer",
      "load_per_layer",
      "dialect_information_bits_per_layer", "recall_bits", "recall_by_distance", "answers", "unknown_words",
    ]
    let plain = try object(result(isBuiltin: false))
    #expect(Set(plain.keys) == common && plain["recall_bits"] is NSNull)
    #expect(plain["dialect_information_bits_per_layer"] is NSNull)
    let builtin = try object(result())
    #expect(Set(builtin.keys) == common && builtin["recall_bits"] is Double)
    let bits = try #require(try object(result())["bits_per_symbol"] as? Double)
    #expect(mismatch([bits], [2 / log(2)], relative: 1e-15) == nil)
  }

  @Test("What is written is read back")
  func roundTrip() throws {
    for result in [result(), result(isBuiltin: false)] {
      let copy = try JSON.decode(EvaluationResult.self, from: JSON.encode(result))
      #expect("\(copy)" == "\(result)")
    }
  }

  @Test("The perplexity of a hopeless model is still a number that JSON can hold")
  func hopeless() throws {
    #expect(try object(result(loss: 5000))["perplexity"] as? Double == .greatestFiniteMagnitude)
  }
}
