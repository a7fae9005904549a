import Analysis
import Charts
import Foundation
import Report
import Training

extension PartReport {
  /// How many points a curve of training steps is averaged to.
  private static let mostPoints = 120

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
      "\(overSeeds) Steps are averaged where they are many. Looks at the validation part are at the k of training then.",
      figures.contains { $0 != nil } ? [.figures(figures.compactMap { $0 })] : [])
  }

  /// What routers came to on the way, each beside its level of chance.
  var routing: Section? {
    let model = part.runs.first { $0.configuration.model.router.isSparse }?.configuration.model
    guard let model else { return nil }
    let (N, d) = (Double(model.experts), Double(model.modelWidth))
    func mixtures(_ value: @escaping (MixtureMeasures) -> Double?) -> (CoursePoint) -> Double? {
      { Self.mean($0.mixtures.map(value)) }
    }
    let figures = [
      course(
        "entropy", "How sure routers are", Axis(label: "router entropy", unit: "nats", includesZero: true),
        "ln N is a router that knows nothing.", references: [Reference(name: "ln N", value: log(N))]
      ) { Self.mean($0.validation.entropyPerLayer) },
      course(
        "saturation", "How much of the routing is already the final one",
        Axis(label: "share of tokens", includesZero: true), "Dashed: by chance, with the same loads.",
        chance: { Self.mean($0.saturation.map(\.byChance)) }
      ) { Self.mean($0.saturation.map(\.share)) },
      course(
        "similarity", "Are experts alike?", Axis(label: "cosine of two experts' outputs", includesZero: true),
        "For the same token; dashed: for different tokens.", chance: mixtures(\.unpairedExpertSimilarity),
        mixtures(\.expertSimilarity)),
      course(
        "effective-rank", "Effective rank of the layer's outputs", Axis(label: "effective rank", includesZero: true),
        "At most d.", references: [Reference(name: "d", value: d)], mixtures(\.outputEffectiveRank)),
      course(
        "variance-seen", "What routers see of the tokens", Axis(label: "share of the variance", includesZero: true),
        "In the span of the differences of W_r's rows; as many random directions see (N−1)/d.",
        references: [Reference(name: "(N−1)/d", value: min(1, (N - 1) / d))], mixtures(\.varianceSeen)),
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
      "Mean of the layers, on the validation part. \(overSeeds) The entropy is at the k of training then, all else at k = "
        + "\(RouterResult.commonK(of: model)).",
      [.figures(present)])
  }

  /// The mean of all layers; nil if a layer has no value, or there is none.
  private static func mean(_ values: [Double?]) -> Double? {
    let present = values.compactMap { $0 }
    return present.isEmpty || present.count < values.count ? nil : present.reduce(0, +) / Double(present.count)
  }

  /// A chart of what looks on the way saw; nil if they saw nothing.
  private func course(
    _ id: String, _ title: String, _ y: Axis, _ caption: String? = nil, references: [Reference] = [],
    chance: ((CoursePoint) -> Double?)? = nil, _ value: (CoursePoint) -> Double?
  ) -> Block.Figure? {
    func points(_ run: ReportedRun, _ value: (CoursePoint) -> Double?) -> [Point] {
      run.course.compactMap { point in value(point).map { Point(Double(point.step), $0) } }
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
