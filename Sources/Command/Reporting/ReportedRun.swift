import Experiments
import Jacobian
import RunFiles
import Training

/// One training as a report shows it, finished or not.
struct ReportedRun {
  /// What charts call it; runs that differ in the seed alone share it.
  var variant: String
  let configuration: RunConfiguration
  /// What steps did, by ascending step.
  let metrics: [TrainingMetric]
  /// What looks on the way saw, the last of them beside itself.
  let course: [CoursePoint]
  /// What the trained model was measured to be; nil until then.
  let result: RouterResult?

  var seed: UInt64 { configuration.training.seed }

  /// A run that is finished.
  init(_ result: RouterResult, _ configuration: RunConfiguration, metrics: [TrainingMetric]) {
    variant = result.variant
    self.configuration = configuration
    self.metrics = metrics
    course = result.course
    self.result = result
  }

  /// A run in progress.
  init(variant: String, _ configuration: RunConfiguration, metrics: [TrainingMetric], looks: [TrainingLook]) {
    self.variant = variant
    self.configuration = configuration
    self.metrics = metrics
    course = CoursePoint.course(of: looks)
    result = nil
  }

  /// Reads a run.
  init(_ directory: RunDirectory, name: String?) throws {
    let configuration = try StoredRun(directory).configuration
    let lines =
      directory.contains(RunDirectory.metricsName) ? try directory.readLines(as: MetricsLine.self) : []
    try lines.expectFit(configuration.model, in: directory)
    if directory.contains(RunDirectory.resultsName) {
      let result = try directory.readJSON(RouterResult.self, from: RunDirectory.resultsName)
      if let misfit = result.misfit(configuration) {
        throw FileError(.damaged, directory.path(of: RunDirectory.resultsName), misfit)
      }
      self.init(result, configuration, metrics: lines.steps)
    } else {
      let suffix = "-\(configuration.training.seed)"
      let variant = name.map { $0.hasSuffix(suffix) ? String($0.dropLast(suffix.count)) : $0 }
      self.init(
        variant: variant ?? configuration.model.router.rawValue, configuration, metrics: lines.steps,
        looks: lines.looks.map(\.look))
    }
  }
}

extension [MetricsLine] {
  /// What steps did.
  var steps: [TrainingMetric] {
    compactMap { if case .step(let metric) = $0 { metric } else { nil } }
  }

  /// What looks saw.
  var looks: [EvaluationMetric] {
    compactMap { if case .evaluation(let metric) = $0 { metric } else { nil } }
  }
}
