extension OpenAnswer {
  /// What the shape of 𝓗 costs.
  ///
  /// - Parameters:
  ///   - runs: The base and its variants.
  ///   - variants: Which they are.
  /// - Returns: One answer for each variant that was measured.
  public static func shape(_ runs: SeededRuns, _ variants: ShapeVariants) -> [OpenAnswer] {
    variants.changes.compactMap { change in
      OpenAnswer(
        "HyperRouter is worse with \(change.words)",
        "bits with \(change.words) − bits of the base, each at the k that validation chose for it", unit: "bits",
        runs.difference(change.variant.name, ShapeVariants.base.name) { $0.best?.bitsPerCharacter })
    }
  }
}
