import MixtureOfExperts

/// What the paper leaves open about 𝓗: one base, and variants that differ from it in one thing each.
///
/// All have the k schedule, the scale of W_r and its speed in common, in expectation.
public struct ShapeVariants: Sendable {
  /// HyperRouter as the flags describe it.
  public static let base = Variant.equal(.hyperRouter)
  /// Lengths of e.
  static let embeddingWidths = [2, 8, 64, 256]
  /// Widths of 𝓗.
  static let hypernetworkWidths = [16, 64, 256, 1024]
  /// Numbers of linear maps in 𝓗.
  static let hypernetworkDepths = [2, 3, 4]

  /// A variant with what it changes.
  public struct Change: Sendable {
    /// The variant.
    public let variant: Variant
    /// What is changed, in words: "m = 2".
    public let words: String
  }

  /// Those that are not the base.
  public let changes: [Change]

  /// Lists the variants.
  ///
  /// - Parameter model: The base's sizes, of which variants differ in one.
  public init(around model: Configuration) {
    func change(_ name: String, _ words: String, _ set: (inout VariantSizes) -> Void) -> Change {
      var variant = Self.base
      variant.name = name
      set(&variant.sizes)
      return Change(variant: variant, words: words)
    }
    var coordinateWise = Variant.equal(.coordinateWise)
    coordinateWise.name = "coordinate-wise"
    changes =
      [
        change("shared", "one 𝓗 shared by all layers") { $0.sharesHypernetwork = true },
        Change(variant: coordinateWise, words: "an embedding for each expert"),
      ]
      + Self.embeddingWidths.filter { $0 != model.embeddingWidth }.map { m in
        change("m-\(m)", "m = \(m)") { $0.embeddingWidth = m }
      }
      + Self.hypernetworkWidths.filter { $0 != model.hypernetworkWidth }.map { s in
        change("s-\(s)", "s = \(s)") { $0.hypernetworkWidth = s }
      }
      + Self.hypernetworkDepths.filter { $0 != model.hypernetworkDepth }.map { depth in
        change("depth-\(depth)", "\(depth) linear maps") { $0.hypernetworkDepth = depth }
      }
  }
}
