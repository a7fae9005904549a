import RunFiles

/// What a classifier's body begins with, and whether it learns: the three that are compared.
public enum FinetuningCondition: String, CaseIterable, Codable, Sendable {
  /// The pretrained weights, and all of them learn but what the router keeps fixed.
  case finetuned
  /// The same network with new weights: what pretraining is worth is the distance to it.
  case scratch
  /// The pretrained weights stay as they are, and the classifier alone learns: what pretraining already knows.
  case frozen

  /// Whether the body begins with the pretrained weights.
  public var isPretrained: Bool { self != .scratch }
  /// Whether the body learns.
  public var trainsBody: Bool { self != .frozen }
}

/// What became of one classifier: one condition, one seed.
public struct FinetuningResult: Codable, Described, Equatable, Sendable {
  package static let words = "finetuned: one classifier, as after chosen_step; results.json of its directory"

  /// An evaluation at the end of an epoch, or of the training.
  public struct Epoch: Codable, Described, Equatable, Sendable {
    package static let words = "finetuning_epoch: an evaluation at the end of an epoch, or of the training"
    /// Finished steps.
    public let step: Int
    /// The mean loss of the steps since the evaluation before, in nats.
    public let trainingLoss: Double
    /// On the validation part, at the k of the last step of the training.
    public let validation: ClassificationResult
  }

  /// What the body began with, and whether it learnt.
  public let condition: FinetuningCondition
  /// Determines new weights, the order of texts, and dropout.
  public let seed: UInt64
  /// By ascending step.
  public let epochs: [Epoch]
  /// After how many steps the weights were the ones that all figures below belong to: the best evaluation's.
  public let chosenStep: Int
  /// On the validation part, with the chosen weights; one for each k.
  public let validation: [ClassificationResult]
  /// On the test part; at the same k.
  public let test: [ClassificationResult]
  /// How many numbers learnt.
  public let trainableParameters: Int
  /// The test part at ``bestK``, label by label; nil in directories from before it was kept.
  @OrNull public internal(set) var confusion: ConfusionMatrix?
  /// What it was measured of; nil in directories from before it was kept.
  @OrNull public var checksums: Checksums?

  /// The k with the highest accuracy on the validation part; of equal ones that with the lower loss, then the smaller.
  public var bestK: Int? {
    validation.max { ($0.accuracy, -$0.loss, -$0.k) < ($1.accuracy, -$1.loss, -$1.k) }?.k
  }

  /// The test part at ``bestK``.
  public var best: ClassificationResult? { test.first { $0.k == bestK } }
}
