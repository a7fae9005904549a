import Training

extension TextChart {
  /// What a comparison found: the mean over seeds of the bits at each k, on the test part.
  ///
  /// - Parameters:
  ///   - summary: The comparison.
  ///   - unit: What losses are counted in.
  init(_ summary: ComparisonSummary, unit: String) {
    self.init(
      "\(unit) on the test part, by experts used at inference", axis: "k", scale: .logarithmic,
      summary.samples.map { sample in
        let ks = sample.runs[0].test.map(\.k)
        let points = ks.map { k in
          let bits = sample.runs.compactMap { run in run.test.first { $0.k == k }?.bitsPerCharacter }
          return (x: Double(k), y: bits.reduce(0, +) / Double(bits.count))
        }
        return Series(sample.name, points)
      })
  }

  /// How a training went: what the looks on the way found on the validation part.
  ///
  /// - Parameters:
  ///   - bits: Steps and the loss after them.
  ///   - unit: What losses are counted in.
  init(validation bits: [(step: Int, bits: Double)], unit: String) {
    self.init(
      "\(unit) on the validation part, by steps", axis: "steps",
      [Series("validation", bits.map { (x: Double($0.step), y: $0.bits) })])
  }
}
