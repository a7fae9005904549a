import Foundation
import MixtureOfExperts
import RunFiles
import Tables
import Training

/// What a comparison of Jacobians found: what was looked at, a verdict on every claim, and the numbers behind it.
package struct JacobianOutcome: Codable, Described, Sendable {
  package static let words = "jacobian: jacobian --json"
  package let gateOrder: GateOrder
  package let subject: JacobianSubject
  package let verdicts: [ClaimVerdict]  // One for each claim about some of the routers looked at
  package let claims: [ClaimResult]  // What was compared and measured, claim by claim
  package let collapse: [ClaimResult]  // What is measured beside the claims
  /// The claims about these routers that were decided for none of them: no pass, though none failed.
  package let inconclusive: [Claim]

  init(_ subject: JacobianSubject, about routers: [RouterKind], _ results: [ClaimResult]) {
    gateOrder = subject.gateOrder
    self.subject = subject
    verdicts = ClaimVerdict.all(results, about: routers)
    claims = Claim.all.flatMap { claim in results.filter { $0.claim == claim } }
    collapse = results.filter { $0.claim == nil }
    inconclusive = verdicts.filter { $0.holds == nil }.map(\.claim)
  }
}

/// What a comparison of Jacobians looked at.
package struct JacobianSubject: Codable, Described, Sendable {
  package static let words = "jacobian_subject: what jacobian looked at; of a stored run checkpoint is its directory"

  /// A model, and when it was looked at.
  package struct Model: Codable, Described, Sendable {
    package static let words = "jacobian_model: a model, looked at after steps of planned_steps"
    package let router: String
    package let steps: Int  // Finished steps
    package let plannedSteps: Int  // Of the whole run
    package let k: Int  // Experts for each token at that step

    init(_ configuration: Configuration, after steps: Int, of training: TrainingOptions) {
      router = configuration.router.rawValue
      self.steps = steps
      plannedSteps = training.steps
      k = training.kSchedule(step: max(0, steps - 1), of: training.steps)
    }
  }

  package let layers: Int
  package let modelWidth: Int
  package let expertWidth: Int
  package let experts: Int
  package let gateOrder: GateOrder
  @OrNull package private(set) var corpus: String?  // The text's name; nil for stored runs, whose own text it is
  /// The stored run's directory; nil where models were trained for this.
  @OrNull package private(set) var checkpoint: String?
  @OrNull package private(set) var seed: Int?
  package let models: [Model]
  @OrNull package private(set) var curve: CurveSizes?  // Of the curve of ranks

  init(
    _ configuration: Configuration, models: [Model], corpus: String? = nil, checkpoint: String? = nil, seed: Int? = nil,
    curve: CurveSizes? = nil
  ) {
    layers = configuration.layers
    modelWidth = configuration.modelWidth
    expertWidth = configuration.expertWidth
    experts = configuration.experts
    gateOrder = configuration.gateOrder
    self.models = models
    self.corpus = corpus
    self.checkpoint = checkpoint
    self.seed = seed
    self.curve = curve
  }

  /// The same for a person.
  package var heading: [String] {
    var lines = ["L = \(layers), d = \(modelWidth), f = \(expertWidth), N = \(experts), \(gateOrder.rawValue)"]
    if let checkpoint {
      lines.append("as trained in \(checkpoint)")
      lines += models.map { "\($0.router) after \($0.steps) of \($0.plannedSteps) steps, k = \($0.k)" }
    } else if let corpus, let seed, let steps = models.first?.steps {
      lines.append("after \(steps) steps on \(corpus), seed \(seed)")
    }
    if let curve {
      lines.append(
        "the curve of ranks: N = \(curve.experts), d = \(curve.modelWidth), s = \(curve.hypernetworkWidth), "
          + "\(curve.steps) steps")
    }
    return lines
  }
}

extension JacobianOutcome {
  /// Every number that was compared or measured: for each claim its sentence, and a table for each quantity.
  package var tables: [(title: String, tables: [Table])] {
    let sections = Claim.all.map { claim in
      ("Claim \(claim.number): \(claim.statement)", claims.filter { $0.claim == claim }, inconclusive.contains(claim))
    }
    return (sections + [("Collapse: do experts become alike?", collapse, false)]).filter { !$0.1.isEmpty }
      .map { title, results, isInconclusive in
        let tables = results.map(\.quantity).distinct.enumerated().map { index, quantity in
          Self.table(
            quantity, results.filter { $0.quantity == quantity },
            isInconclusive && index == 0 ? ["inconclusive: nothing that could have failed was found"] : [])
        }
        return (title, tables)
      }
  }

  private static func table(_ quantity: String, _ results: [ClaimResult], _ notes: [String]) -> Table {
    let ways = results.flatMap { $0.findings.map(\.way) }.distinct
    let levels = results.flatMap { $0.levels.map(\.way) }.distinct
    let hasSettings = results.contains { !$0.setting.description.isEmpty }
    let hasBounds = results.contains { $0.bound != nil }
    // Of a number with a bound it is said if it was not found three ways, by formula, tape and differences.
    let found = results.map(\.findings.count).max() ?? 0
    let fewer = hasBounds && found < 3 ? found == 2 ? " (two ways)" : " (one way)" : ""
    var table = Table(
      quantity + fewer,
      columns: [.text("router")] + (hasSettings ? [.text("where")] : [])
        + (ways.isEmpty ? ["measured"] : ways).map { .number($0) } + levels.map { .number($0) }
        + (hasBounds ? [.number("bound"), .text("holds")] : []),
      notes: notes)
    for result in results {
      var cells: [String?] = [result.router] + (hasSettings ? [result.setting.description] : [])
      // A measurement without ways stands in the first column.
      cells += result.findings.isEmpty ? [number(result.measured)] : []
      cells += ways.dropFirst(result.findings.isEmpty ? 1 : 0).map { way in
        result.findings.first { $0.way == way }.map { finding in
          // In brackets what the way is too coarse to decide.
          finding.decides ?? true ? number(finding.value) : "(\(number(finding.value)))"
        }
      }
      cells += levels.map { way in result.levels.first { $0.way == way }.map { number($0.value) } }
      if hasBounds {
        cells.append(result.bound.map { (result.relation == .atLeast ? "≥ " : "") + number($0) })
        cells.append(result.holds.map { $0 ? "yes" : "NO" })
      }
      table.append(texts: cells)
    }
    return table
  }

  private static func number(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    if value == value.rounded() && abs(value) < 1e6 { return String(Int(value)) }
    return String(format: abs(value) < 1e-3 ? "%.1e" : "%.3f", value)
  }
}
