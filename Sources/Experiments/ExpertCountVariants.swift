import MixtureOfExperts

/// The paper's routers with more and more experts, each token still having k of them: as much work for each token but for the router's.
public enum ExpertCountVariants {
  /// N.
  public static let counts = [16, 64, 128, 256]

  /// What a router with a number of experts is called.
  ///
  /// - Parameters:
  ///   - router: What routes.
  ///   - count: N.
  /// - Returns: "smoe-64".
  public static func name(_ router: RouterKind, _ count: Int) -> String { "\(router.rawValue)-\(count)" }

  /// All of them: k is kept, the scale of W_r and its speed are equal.
  public static let all: [Variant] = counts.flatMap { count in
    RouterKind.compared.map { router in
      var variant = Variant.equal(router)
      variant.name = name(router, count)
      variant.growsK = false
      variant.sizes.experts = count
      return variant
    }
  }
}
