extension TokenTrace {
  enum CodingKeys: String, CodingKey {
    case router, origin, generation, forward, prediction, backward, tensors, step
    case embeddingGradient = "embedding_gradient"
  }

  /// Writes the trace; null where there is nothing.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(router, forKey: .router)
    try container.encode(origin, forKey: .origin)
    try container.encode(generation, forKey: .generation)
    try container.encode(forward, forKey: .forward)
    try container.encode(prediction, forKey: .prediction)
    try container.encode(backward, forKey: .backward)
    try container.encode(tensors, forKey: .tensors)
    try container.encode(embeddingGradient, forKey: .embeddingGradient)
    try container.encode(step, forKey: .step)
  }
}

extension TokenTrace.Forward {
  enum CodingKeys: String, CodingKey {
    case h, logits, s, chosen, g, outputs, y
    case W_r = "w_r"
    case b_r
  }
}

extension TokenTrace.Backward {
  enum CodingKeys: String, CodingKey {
    case u, products, c
    case J1u = "j1_u"
    case J2u = "j2_u"
    case dW_r = "dw_r"
    case db_r
  }
}

extension TokenTrace.ReceivingTensor {
  enum CodingKeys: String, CodingKey {
    case name, shape
    case gradientNorm = "gradient_norm"
  }

  /// Writes the tensor; null where no gradient is computed.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(shape, forKey: .shape)
    try container.encode(gradientNorm, forKey: .gradientNorm)
  }
}

extension TokenTrace.Step {
  enum CodingKeys: String, CodingKey {
    case clip, de, distance
    case learningRate = "learning_rate"
    case gradientNorm = "gradient_norm"
    case dW_r = "dw_r"
    case db_r
    case distanceIfTrained = "distance_if_trained"
    case cosineIfTrained = "cosine_if_trained"
    case plainCosineIfTrained = "plain_cosine_if_trained"
    case unrelatedCosine = "unrelated_cosine"
  }

  /// Writes the step; null where there is nothing.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(learningRate, forKey: .learningRate)
    try container.encode(clip, forKey: .clip)
    try container.encode(gradientNorm, forKey: .gradientNorm)
    try container.encode(de, forKey: .de)
    try container.encode(dW_r, forKey: .dW_r)
    try container.encode(db_r, forKey: .db_r)
    try container.encode(distance, forKey: .distance)
    try container.encode(distanceIfTrained, forKey: .distanceIfTrained)
    try container.encode(cosineIfTrained, forKey: .cosineIfTrained)
    try container.encode(plainCosineIfTrained, forKey: .plainCosineIfTrained)
    try container.encode(unrelatedCosine, forKey: .unrelatedCosine)
  }
}
