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
