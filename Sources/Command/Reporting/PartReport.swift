import Experiments
import Foundation
import Jacobian
import Report

/// The sections of a page about runs on one text.
struct PartReport {
  let part: ReportedPart
  /// What the ids of its sections and charts begin with; empty where there is only one part.
  let prefix: String
  /// What the titles of its sections end with.
  let suffix: String

  /// All sections, but those for which nothing was measured.
  var sections: [Section] { [quality, training, routing, experts, worth, texts, samples].compactMap { $0 } }

  /// A section, if anything is in it.
  func section(_ id: String, _ title: String, _ lead: String, _ blocks: [Block]) -> Section? {
    blocks.isEmpty ? nil : Section(id: prefix + id, title: title + suffix, lead: lead, blocks: blocks)
  }

  /// A chart with an id of this part.
  func figure(_ id: String, _ chart: any Chart, _ caption: String? = nil) -> Block.Figure {
    Block.Figure(prefix + id, chart, caption: caption)
  }

  /// What is drawn of several seeds, for captions.
  func overSeeds(_ range: String?, of isShown: (ReportedRun) -> Bool) -> String {
    let counts = part.variants.map { variant in Set(part.runs(of: variant).filter(isShown).map(\.seed)).count }
      .filter { $0 > 0 }
    guard let least = counts.min(), let most = counts.max(), most > 1 else { return "One seed." }
    return "Mean of \(least == most ? "" : "\(least) to ")\(most) seeds" + (range.map { "; \($0) all of them." } ?? ".")
  }

  /// The same for lines, which have bands unless they are many.
  func overSeeds(of isShown: (ReportedRun) -> Bool) -> String {
    overSeeds(part.variants.count <= SeedCurves.mostBands ? "the band holds" : nil, of: isShown)
  }

  /// Whether a run is measured to the end.
  func isMeasured(_ run: ReportedRun) -> Bool { run.result != nil }

  /// The mean of a variant's runs; nil where a run has no such value.
  func mean(_ variant: String, _ value: (RouterResult) -> Double?) -> Double? {
    part.runs(of: variant).compactMap(\.result).map(value).meanOfAll
  }

  /// From the least to the greatest of a variant's runs; nil for one run.
  func spread(_ variant: String, _ value: (RouterResult) -> Double?) -> ClosedRange<Double>? {
    let values = part.runs(of: variant).compactMap(\.result).compactMap(value).filter { !$0.isNaN }
    guard values.count > 1, let low = values.min(), let high = values.max() else { return nil }
    return low...high
  }

  /// A bar for each variant and category.
  func bars(_ categories: [String], _ value: (RouterResult, Int) -> Double?) -> [BarGroup] {
    part.variants.enumerated().compactMap { index, variant in
      let values = categories.indices.map { category in mean(variant) { value($0, category) } }
      guard values.contains(where: { $0 != nil }) else { return nil }
      let intervals = categories.indices.map { category in spread(variant) { value($0, category) } }
      return BarGroup(
        name: variant, values: values, intervals: intervals.contains { $0 != nil } ? intervals : [], style: index)
    }
  }
}

extension Sequence<Double?> {
  /// The mean of all; nil if one is missing, or there is none.
  var meanOfAll: Double? {
    let values = Array(self)
    let known = values.compactMap { $0 }
    return known.isEmpty || known.count < values.count ? nil : known.reduce(0, +) / Double(known.count)
  }
}

extension Sequence<String> {
  /// Words as a shell reads them back.
  var shellLine: String {
    map { word in
      let plain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./:,=+@%".contains($0)) }
      return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: #"'\''"#) + "'"
    }.joined(separator: " ")
  }
}
