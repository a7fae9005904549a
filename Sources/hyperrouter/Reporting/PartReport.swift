import Analysis
import Charts
import Foundation
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

  /// What lines over seeds are, for captions.
  var overSeeds: String {
    part.seeds.count > 1 ? "Mean of \(part.seeds.count) seeds; the band holds all of them." : "One seed."
  }

  /// The mean of a variant's runs; nil where a run has no such value.
  func mean(_ variant: String, _ value: (RouterResult) -> Double?) -> Double? {
    let results = part.runs(of: variant).compactMap(\.result)
    let values = results.compactMap(value)
    return values.isEmpty || values.count < results.count ? nil : values.reduce(0, +) / Double(values.count)
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
