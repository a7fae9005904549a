import Experiments
import Foundation
import Jacobian
import Tables
import Training

/// The sections of a page about runs on one text.
struct PartReport {
  /// Seeds have no marks of their own in a chart of more variants.
  static let mostBands = 4

  let part: ReportedPart
  let finished: FinishedRuns
  /// What the ids of its sections and charts begin with; empty where there is only one part.
  let prefix: String
  /// What the titles of its sections end with.
  let suffix: String

  init(_ part: ReportedPart, prefix: String = "", suffix: String = "") {
    (self.part, self.finished, self.prefix, self.suffix) = (part, part.finished, prefix, suffix)
  }

  /// All sections, but those for which nothing was measured.
  var sections: [Section] {
    (part.open.map { [answers(to: $0)] } ?? [quality, training, routing, experts, worth, texts, samples])
      .compactMap { $0 }
  }

  /// A section, if anything is in it.
  func section(_ id: String, _ title: String, _ lead: String, _ blocks: [Block]) -> Section? {
    blocks.isEmpty ? nil : Section(id: prefix + id, title: title + suffix, lead: lead, blocks: blocks)
  }

  /// A chart with an id of this part.
  func figure(_ id: String, _ chart: any Chart, _ caption: String? = nil) -> Block.Figure {
    Block.Figure(prefix + id, chart, caption: caption)
  }

  /// What is drawn of several seeds, for captions.
  ///
  /// - Parameter range: What holds all seeds, such as `the band`; nil if nothing does.
  func overSeeds(_ range: String?, of isShown: (RunRecord) -> Bool = { $0.result != nil }) -> String {
    let counts = part.variants.map { variant in Set(part.runs(of: variant).filter(isShown).map(\.seed)).count }
      .filter { $0 > 0 }
    guard let least = counts.min(), let most = counts.max(), most > 1 else { return "One seed." }
    return "Mean of \(least == most ? "" : "\(least) to ")\(most) seeds" + (range.map { "; \($0) all of them." } ?? ".")
  }

  /// The band of lines, which have one unless they are many.
  var band: String? { part.variants.count <= Self.mostBands ? "the band holds" : nil }

  /// The lowest and the highest mean; nil if nothing was measured.
  var means: String? {
    let means = part.variants.compactMap { variant in
      finished.values(of: variant) { $0.best?.bitsPerCharacter }.map { (variant: variant, bits: $0.mean) }
    }
    guard let low = means.min(by: { $0.bits < $1.bits }), let high = means.max(by: { $0.bits < $1.bits }) else {
      return nil
    }
    let rest = means.count == 1 ? "" : ", \(high.variant) highest, \(Numeral.value(high.bits))"
    return "On the test part, at the k that validation chose: \(low.variant)\(means.count == 1 ? "" : " is lowest,") "
      + "\(Numeral.value(low.bits)) \(part.unit)\(rest). \(overSeeds(nil))"
  }

  /// A bar for each variant and category, with the range of its seeds.
  func bars(_ categories: Int, _ value: @escaping (RouterResult, Int) -> Double?) -> [BarGroup] {
    part.variants.enumerated().compactMap { style, variant in
      let found = (0..<categories).map { category in finished.values(of: variant) { value($0, category) } }
      guard found.contains(where: { $0 != nil }) else { return nil }
      let ranges = found.map { $0.flatMap { $0.differences.count > 1 ? Self.range($0.differences) : nil } }
      return BarGroup(
        name: variant, values: found.map { $0?.mean }, intervals: ranges.contains { $0 != nil } ? ranges : [],
        style: style)
    }
  }

  /// The curves of each variant's seeds as one line, their mean, with all of them inside a band: one line for each variant that
  /// has a point, as the variant looks in all charts.
  func curves(_ suffix: String = "", isDashed: Bool = false, points: (RunRecord) -> [Point]) -> [Series] {
    let variants = part.variants
    return variants.enumerated().compactMap { style, variant in
      let curves = part.runs(of: variant).map(points).filter { !$0.isEmpty }
      guard !curves.isEmpty else { return nil }
      var found: [Double: [Double]] = [:]
      for point in curves.joined() { found[point.x, default: []].append(point.y) }
      let places = found.sorted { $0.key < $1.key }
      let hasBand = curves.count > 1 && variants.count <= Self.mostBands && !isDashed
      return Series(
        name: variant + suffix,
        points: places.map { Point($0.key, $0.value.reduce(0, +) / Double($0.value.count)) },
        // What is not a number makes the range one that is drawn as a gap.
        band: hasBand ? places.map { Self.range($0.value) ?? -.infinity ... .infinity } : nil, isDashed: isDashed,
        style: style)
    }
  }

  private static func range(_ values: [Double]) -> ClosedRange<Double>? {
    guard let low = values.min(), let high = values.max(), values.allSatisfy({ !$0.isNaN }) else { return nil }
    return low...high
  }
}
