import Report
import Training

extension TextChart {
  /// What a comparison found: the mean over seeds of the bits at each k, on the test part.
  init(_ summary: ComparisonSummary, unit: String) {
    self.init(
      "\(unit) on the test part, by experts used at inference", x: Axis(label: "k", scale: .logarithmic),
      summary.samples.map { sample in
        let ks = sample.runs[0].test.map(\.k)
        let points = ks.map { k in
          let bits = sample.runs.compactMap { run in run.test.first { $0.k == k }?.bitsPerCharacter }
          return Point(Double(k), bits.reduce(0, +) / Double(bits.count))
        }
        return Series(name: sample.name, points: points)
      })
  }

  /// How a training went: what the looks on the way found on the validation part.
  init(validation bits: [(step: Int, bits: Double)], unit: String) {
    self.init(
      "\(unit) on the validation part, by steps", x: Axis(label: "steps"),
      [Series(name: "validation", points: bits.map { Point(Double($0.step), $0.bits) })])
  }
}
