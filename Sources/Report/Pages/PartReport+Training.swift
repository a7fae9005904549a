import Experiments
import Foundation
import Jacobian
import Tables
import Training

extension PartReport {
  /// How many points a curve of training steps is averaged to.
  private static let mostPoints = 120
  /// How many evaluations of a run are drawn.
  private static let mostEvaluations = 200

  /// Says that not all evaluations are drawn; empty where they are.
  private var omitted: String {
    part.stepsBetweenEvaluations(atMost: Self.mostEvaluations)
      .map { " Of many evaluations the first in every \($0) steps is drawn." } ?? ""
  }

  /// Curves of the training itself.
  var training: Section? {
    let figures = [
      history("validation", "Loss on the validation part", Axis(label: "validation loss", unit: part.unit)) {
        $0.validation.bitsPerCharacter
      },
      steps("training-loss", "Loss in training", Axis(label: "training loss", unit: part.unit)) { $0.loss / M_LN2 },
      steps("gradient-norm", "Norm of the gradient", Axis(label: "norm of the gradient", includesZero: true)) {
        $0.gradientNorm
      },
      steps("learning-rate", "Learning rate", Axis(label: "learning rate", includesZero: true)) { $0.learningRate },
      steps("k-schedule", "Experts for each token in training", Axis(label: "k", includesZero: true)) {
        $0.k > 0 ? Double($0.k) : nil
      },
    ].compactMap { $0 }
    return section(
      "training", "Training",
      "\(overSeeds(band) { !$0.history.isEmpty || !$0.metrics.isEmpty }) Steps are averaged where they are many. Evaluations read "
        + "the first \(Numeral.count(TrainingObserver.largestSymbols)) symbols of the validation part, at the k of training "
        + "then." + omitted, figures.isEmpty ? [] : [.figures(figures)])
  }

  /// What routers came to on the way, each beside its chance baseline.
  var routing: Section? {
    let sparse = part.runs.map(\.configuration.model).filter(\.router.isSparse)
    guard !sparse.isEmpty else { return nil }
    // What is not the same for all has no line that is.
    let (N, d) = (part.common(\.experts).map(Double.init), part.common(\.modelWidth).map(Double.init))
    func level(_ name: String, _ value: Double?) -> [Reference] {
      value.map { [Reference(name: name, value: $0)] } ?? []
    }
    let random = N.flatMap { N in d.map { d in min(1, (N - 1) / d) } }
    let ks = sparse.map { RouterResult.commonK(of: $0) }.distinct.map(String.init).joined(separator: " or ")
    func mixtures(_ value: @escaping (MixtureMeasures) -> Double?) -> (HistoryPoint) -> Double? {
      { $0.mixtures.map(value).meanOfAll }
    }
    func axis(_ label: String, unit: String? = nil) -> Axis { Axis(label: label, unit: unit, includesZero: true) }
    let figures = [
      history(
        "entropy", "Routing entropy", axis("router entropy", unit: "nats"),
        "ln N: every expert equally likely.", references: level("ln N", N.map { log($0) })
      ) { $0.validation.entropyPerLayer.meanOfAll },
      history(
        "saturation", "How much of the routing is already the final one", axis("share of tokens"),
        "Dashed: chance baseline, with the same loads.", chance: { $0.saturation.map { $0.chanceBaseline }.meanOfAll }
      ) { $0.saturation.map { $0.share }.meanOfAll },
      history(
        "similarity", "Are experts alike?", axis("cosine of two experts' outputs"),
        "For the same token; dashed: for different tokens.", chance: mixtures(\.unpairedExpertSimilarity),
        mixtures(\.expertSimilarity)),
      history(
        "effective-rank", "Effective rank of the layer's outputs", axis("effective rank"), "At most d.",
        references: level("d", d), mixtures(\.outputEffectiveRank)),
      history(
        "variance-seen", "What routers see of the tokens", axis("share of token variance"),
        "In the span of the differences of W_r's rows; as many random directions see (N−1)/d.",
        references: level("(N−1)/d", random), mixtures(\.varianceShare)),
      history(
        "routing-share", "How much of the gradient passes through the gates", axis("|J₂ᵀu| / |J₁ᵀu|"), nil,
        mixtures(\.routingShare)),
      history(
        "margin", "How clear choices are", axis("margin of logits"),
        "Last chosen less first not chosen; dashed: for independent normal logits of the same spread.",
        chance: mixtures(\.marginChanceBaseline), mixtures(\.margin)),
    ].compactMap { $0 }
    return section(
      "routing", "Routing over training",
      "Mean of the layers, on the validation part. \(overSeeds(band) { !$0.history.isEmpty }) The entropy is at the k of training "
        + "then, all else at k = \(ks)." + omitted, figures.isEmpty ? [] : [.figures(figures)])
  }

  /// A chart of what evaluations on the way found; nil if they found nothing.
  private func history(
    _ id: String, _ title: String, _ y: Axis, _ caption: String? = nil, references: [Reference] = [],
    chance: ((HistoryPoint) -> Double?)? = nil, _ value: (HistoryPoint) -> Double?
  ) -> Block.Figure? {
    func points(_ run: RunRecord, _ value: (HistoryPoint) -> Double?) -> [Point] {
      part.evaluations(of: run, atMost: Self.mostEvaluations).compactMap { point in
        value(point).map { Point(Double(point.step), $0) }
      }
    }
    let own = curves { points($0, value) }
    if own.isEmpty { return nil }
    let dashed = chance.map { chance in curves(", chance baseline", isDashed: true) { points($0, chance) } } ?? []
    return figure(
      id,
      LineChart(
        title: title, x: Axis(label: "step"), y: y, series: own + dashed, references: references, markers: true),
      caption)
  }

  /// A chart of what steps did, one line where it is the same for all; nil if nobody kept it.
  private func steps(_ id: String, _ title: String, _ y: Axis, _ value: (TrainingMetric) -> Double?) -> Block.Figure? {
    var series = curves { run in
      averaged(run.metrics.compactMap { metric in value(metric).map { Point(Double(metric.step), $0) } })
    }
    guard let first = series.first else { return nil }
    if series.count > 1, series.allSatisfy({ $0.points == first.points }) {
      series = [Series(name: "all", points: first.points, band: first.band, style: 0)]
    }
    return figure(id, LineChart(title: title, x: Axis(label: "step"), y: y, series: series))
  }

  /// The means of groups of neighbours of the same size, but for the last.
  private func averaged(_ points: [Point]) -> [Point] {
    let size = (points.count + Self.mostPoints - 1) / Self.mostPoints
    guard size > 1 else { return points }
    return stride(from: 0, to: points.count, by: size).map { start in
      let group = points[start..<min(points.count, start + size)]
      let count = Double(group.count)
      return Point(group.reduce(0) { $0 + $1.x } / count, group.reduce(0) { $0 + $1.y } / count)
    }
  }
}
