import Experiments
import Foundation
import Report
import Training

extension PartReport {
  /// Held-out text in the colours of its experts, and of its surprise.
  var texts: Section? {
    let readings = part.first(\.reading)
    let layers = readings.map(\.value.firstExperts.count).max() ?? 0
    guard !readings.isEmpty else { return nil }
    let k = readings.map(\.value.k).distinct.map(String.init).joined(separator: " or ")
    let views =
      (0..<layers).map { layer in
        MarkedTexts.View(
          title: "expert, layer \(layer + 1)", scale: .things(part.experts),
          caption: "The number below is a symbol's first expert; it stands where the expert changes.",
          texts: readings.compactMap { variant, run, reading in
            guard layer < reading.firstExperts.count else { return nil }
            return MarkedTexts.Text(
              title: title(variant, run), symbols: reading.symbols, marks: reading.firstExperts[layer])
          })
      } + [
        MarkedTexts.View(
          title: "surprise", scale: .amounts,
          caption: "The number below is what a symbol cost, in whole bits; nothing predicts the first.",
          texts: readings.map { variant, run, reading in
            MarkedTexts.Text(
              title: title(variant, run), symbols: reading.symbols,
              marks: reading.bits.map { $0.map { Int(min(99, max(0, $0)).rounded()) } })
          })
      ]
    return section(
      "texts", "Text by expert",
      "The beginning of the test part at k = \(k), read with memory. ⏎ is a line's end.",
      [.markedTexts(MarkedTexts(id: prefix + "marked", views: views))])
  }

  /// What the models write.
  var samples: Section? {
    let samples = part.first(\.sample)
    return section(
      "samples", "What they write", "Drawn from each model's own distribution, from the beginning of a line.",
      samples.map { variant, run, sample in
        .sample(title: "\(title(variant, run)), k = \(sample.k)", text: sample.text)
      })
  }

  private func title(_ variant: String, _ run: ReportedRun) -> String { "\(variant), seed \(run.seed)" }
}
