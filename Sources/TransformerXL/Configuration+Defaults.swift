import MixtureOfExperts

extension Configuration {
  /// What a model has unless it is told otherwise: the paper's release where it says anything.
  ///
  /// The one home of these values: configurations, presets, flags, benchmarks and help read them here. Those of the
  /// hypernetwork stand beside it, at ``/MixtureOfExperts/RouterSizes``.
  public enum Defaults {
    /// The paper's equation.
    public static let gateOrder = GateOrder.softmaxThenTopK
    /// As the release's models have it.
    public static let norm = NormPlacement.post
    /// The rate on embeddings, positions, sublayer outputs and hidden units of experts.
    public static let dropout = 0.1
    /// The rate on attention weights.
    public static let attentionDropout = 0.0
    /// One hypernetwork for each layer.
    public static let sharesHypernetwork = false
  }
}
