import Experiments

extension TextChart {
  /// What a comparison found: the mean over seeds of the bits at each k, on the test part.
  package init(_ runs: FinishedRuns) {
    self.init(
      "\(runs.unit) on the test part, by experts used at inference", x: Axis(label: "k", scale: .logarithmic),
      runs.variants.map { variant in
        let points = runs.ks.compactMap { k in
          runs.values(of: variant) { $0[k]?.bitsPerCharacter }.map { Point(Double(k), $0.mean) }
        }
        return Series(name: variant, points: points)
      })
  }

  /// How a training went: what evaluations on the way found on the validation part.
  package init(validation bits: [(step: Int, bits: Double)], unit: String) {
    self.init(
      "\(unit) on the validation part, by steps", x: Axis(label: "steps"),
      [Series(name: "validation", points: bits.map { Point(Double($0.step), $0.bits) })])
  }
}
