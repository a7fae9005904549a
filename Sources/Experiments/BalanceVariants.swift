import MixtureOfExperts

/// Routers whose load, specialisation and diversity are compared: k is kept, the scale of W_r and its speed are equal.
public enum BalanceVariants {
  /// Those that the questions are about.
  public static let subjects: [RouterKind] = [.hyperRouter, .smoeDropout]
  /// Those that they are held against: plain top-k, a balancing loss, and experts that choose.
  public static let rivals: [RouterKind] = [.smoe, .smoeBalanced, .expertChoice]

  /// All of them.
  public static let all: [Variant] = (rivals + subjects).map { router in
    var variant = Variant.equal(router)
    variant.growsK = false
    return variant
  }
}
