import Experiments
import Foundation
import Jacobian
import Report
import Tables
import Training

extension PartReport {
  /// How many points a curve of training steps is averaged to.
  private static let mostPoints = 120
  /// How many looks of a run are drawn.
  private static let mostLooks = 200

  /// Says that not all looks are drawn; empty where they are.
  private var omittedLooks: String {
    part.stepsBetweenLooks(atMost: Self.mostLooks).map { " Of many looks the first in every \($0) steps is drawn." }
      ?? ""
  }

  /// Curves of the training itself.
  var training: Section? {
    let validation = course(
      "validation", "Loss on the validation part", Axis(label: "validation loss", unit: part.unit)
    ) {
      $0.validation.bitsPerCharacter
    }
    let steps = [
      steps("training-loss", "Loss in training", Axis(label: "training loss", unit: part.unit)) { $0.loss / M_LN2 },
      steps("gradient-norm", "Norm of the gradient", Axis(label: "norm of the gradient", includesZero: true)) {
        $0.gradientNorm
      },
      steps("learning-rate", "Learning rate", Axis(label: "learning rate", includesZero: true)) { $0.learningRate },
      steps("k-course", "Experts for each token in training", Axis(label: "k", includesZero: true)) {
        $0.k > 0 ? Double($0.k) : nil
      },
    ]
    let figures = [validation] + steps
    return section(
      "training", "Training",
      "\(overSeeds { !$0.course.isEmpty || !$0.metrics.isEmpty }) Steps are averaged where they are many. Looks read the "
        + "first \(Numeral.count(TrainingObserver.largestSymbols)) symbols of the validation part, at the k of training then."
        + omittedLooks,
      figures.contains { $0 != nil } ? [.figures(figures.compactMap { $0 })] : [])
  }

  /// What routers came to on the way, each beside its level of chance.
  var routing: Section? {
    let sparse = part.runs.map(\.configuration.model).filter(\.router.isSparse)
    guard !sparse.isEmpty else { return nil }
    // What is not the same for all has no line that is.
    let (N, d) = (part.common(\.experts).map(Double.init), part.common(\.modelWidth).map(Double.init))
    func reference(_ name: String, _ value: Double?) -> [Reference] {
      value.map { [Reference(name: name, value: $0)] } ?? []
    }
    let seen = N.flatMap { N in d.map { d in min(1, (N - 1) / d) } }
    let ks = sparse.map { RouterResult.commonK(of: $0) }.distinct.map(String.init).joined(separator: " or ")
    func mixtures(_ value: @escaping (MixtureMeasures) -> Double?) -> (CoursePoint) -> Double? {
      { $0.mixtures.map(value).meanOfAll }
    }
    let figures = [
      course(
        "entropy", "How sure routers are", Axis(label: "router entropy", unit: "nats", includesZero: true),
        "ln N is a router that knows nothing.", references: reference("ln N", N.map { log($0) })
      ) { $0.validation.entropyPerLayer.map(Optional.some).meanOfAll },
      course(
        "saturation", "How much of the routing is already the final one",
        Axis(label: "share of tokens", includesZero: true), "Dashed: by chance, with the same loads.",
        chance: { $0.saturation.map { $0.byChance }.meanOfAll }
      ) { $0.saturation.map { $0.share }.meanOfAll },
      course(
        "similarity", "Are experts alike?", Axis(label: "cosine of two experts' outputs", includesZero: true),
        "For the same token; dashed: for different tokens.", chance: mixtures(\.unpairedExpertSimilarity),
        mixtures(\.expertSimilarity)),
      course(
        "effective-rank", "Effective rank of the layer's outputs", Axis(label: "effective rank", includesZero: true),
        "At most d.", references: reference("d", d), mixtures(\.outputEffectiveRank)),
      course(
        "variance-seen", "What routers see of the tokens", Axis(label: "share of the variance", includesZero: true),
        "In the span of the differences of W_r's rows; as many random directions see (N−1)/d.",
        references: reference("(N−1)/d", seen), mixtures(\.varianceSeen)),
      course(
        "routing-share", "How much of the gradient passes through the gates",
        Axis(label: "|J₂ᵀu| / |J₁ᵀu|", includesZero: true), nil, mixtures(\.routingShare)),
      course(
        "margin", "How clear choices are", Axis(label: "margin of logits", includesZero: true),
        "Last chosen less first not chosen; dashed: for independent normal logits of the same spread.",
        chance: mixtures(\.marginByChance), mixtures(\.margin)),
    ]
    let present = figures.compactMap { $0 }
    if present.isEmpty { return nil }
    return section(
      "routing", "Routing over training",
      "Mean of the layers, on the validation part. \(overSeeds { !$0.course.isEmpty }) The entropy is at the k of training "
        + "then, all else at k = \(ks)." + omittedLooks,
      [.figures(present)])
  }

  /// A chart of what looks on the way saw; nil if they saw nothing.
  private func course(
    _ id: String, _ title: String, _ y: Axis, _ caption: String? = nil, references: [Reference] = [],
    chance: ((CoursePoint) -> Double?)? = nil, _ value: (CoursePoint) -> Double?
  ) -> Block.Figure? {
    func points(_ run: ReportedRun, _ value: (CoursePoint) -> Double?) -> [Point] {
      part.looks(of: run, atMost: Self.mostLooks).compactMap { point in
        value(point).map { Point(Double(point.step), $0) }
      }
    }
    let own = SeedCurves.series(part) { points($0, value) }
    let dashed = chance.map { chance in
      SeedCurves.series(part, ", by chance", isDashed: true) { points($0, chance) }
    }
    return own.isEmpty
      ? nil
      : figure(
        id,
        LineChart(
          title: title, x: Axis(label: "step"), y: y, series: own + (dashed ?? []), references: references,
          markers: true), caption)
  }

  /// A chart of what steps did; nil if nobody kept it.
  private func steps(_ id: String, _ title: String, _ y: Axis, _ value: (TrainingMetric) -> Double?) -> Block.Figure? {
    let series = SeedCurves.series(part) { run in
      let points = run.metrics.compactMap { metric in value(metric).map { Point(Double(metric.step), $0) } }
      return SeedCurves.averaged(points, atMost: Self.mostPoints)
    }
    let joined = SeedCurves.joined(series, "all")
    return joined.isEmpty ? nil : figure(id, LineChart(title: title, x: Axis(label: "step"), y: y, series: joined))
  }
}
