import Corpora
import MixtureOfExperts
import RunFiles
import Tensors

/// How far back a trained model sees, and what it loses with its memory.
public struct Reach: Codable, Described, Sendable {
  package static let words = "reach: how far back a model sees, and what it loses with its memory"

  /// An evaluation with a memory of its own length.
  public struct Length: Codable, Described, Sendable {
    package static let words = "memory_length: an evaluation with a memory of its own length"
    /// M_eval: tokens of memory, at most.
    public let memory: Int
    /// What was measured with it.
    public let evaluation: EvaluationResult
  }

  /// Experts for each token.
  public let k: Int
  /// By ascending length.
  public let lengths: [Length]
  /// With a memory as long as in training that holds one thing or another.
  public let contents: [MemoryReading]

  /// The lengths that are tried: none, eighths of a segment and more, up to eight segments.
  public static func lengths(segment: Int) -> [Int] {
    let fractions = [8, 4, 2].map { segment / $0 }
    return Set([0, segment, 2 * segment, 4 * segment, 8 * segment] + fractions).sorted()
  }

  /// Measures a model.
  ///
  /// - Throws: ``TrainingError/evaluationNotFinite(k:)``, `CorpusError` if the text is too short.
  public init<Scalar: Real>(
    of model: LanguageModel<Scalar>, on split: Corpus.Split, boundaries: Set<Int32>, k: Int, workers: Workers
  ) throws {
    self.k = k
    lengths = try Self.lengths(segment: model.configuration.segment).map { memory in
      Length(memory: memory, evaluation: try Evaluation(model, on: split, memory: memory, workers: workers)(k: k))
    }
    contents = try Evaluation(model, on: split, workers: workers).readings(
      finding: MemoryContent.allCases, boundaries: boundaries, k: k)
  }

  /// The evaluation with a memory of some length; nil if there was none.
  public subscript(memory: Int) -> EvaluationResult? { lengths.first { $0.memory == memory }?.evaluation }

  /// What was read with something in memory; nil if nothing was.
  public subscript(content: MemoryContent) -> MemoryReading? { contents.first { $0.content == content } }
}
