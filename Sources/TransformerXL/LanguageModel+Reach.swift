import MixtureOfExperts
import Tensors

extension LanguageModel {
  /// Returns a model that is prepared for more keys than it was trained with: their positions are computed once, not for every
  /// segment.
  ///
  /// A memory is as long as its reader lets it be; this changes no result.
  ///
  /// - Parameter keys: The largest number of keys, M + T.
  /// - Returns: A model that shares all weights with this one.
  public func reaching(keys: Int) -> LanguageModel {
    guard keys > configuration.memory + configuration.segment else { return self }
    var model = self
    model.positions = RelativePositions(keys: keys, width: configuration.modelWidth)
    return model
  }

  /// Returns a model whose routers repeat the logits of an earlier call, for one call with as many tokens.
  ///
  /// - Parameter records: What each mixture's router decided, first layer first, n×N logits each.
  /// - Returns: A model that shares all weights with this one.
  public func holdingRouting(_ records: [RoutingRecord<Scalar>]) -> LanguageModel {
    precondition(
      records.count == mixtures.count, "holdingRouting: \(records.count) records for \(mixtures.count) mixtures")
    var rest = records[...]
    return replacingFeedForwardHalves { _, half in
      guard let mixture = half as? MoELayer<Scalar>, let record = rest.popFirst() else { return half }
      return MoELayer(
        router: HeldRouter(mixture.router, holding: record.logits), gate: mixture.gate, experts: mixture.experts)
    }
  }
}
