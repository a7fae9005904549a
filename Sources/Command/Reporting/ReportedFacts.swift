import Experiments
import Foundation
import MixtureOfExperts
import Report
import Tables
import Training

/// What was run, where, and how to run it again.
struct ReportedFacts {
  let directory: ReportedDirectory
  private var runs: [ReportedRun] { directory.parts.flatMap(\.runs) }

  /// A line to type, and facts.
  var blocks: [Block] {
    var blocks: [Block] = []
    if let origin = directory.origin {
      blocks.append(.command((["hyperrouter"] + origin.command).shellLine))
    } else {
      blocks.append(.paragraph("The command line was not kept: the directory is from before it was."))
    }
    if let run = runs.first, directory.isRun, let lengths = run.configuration.training.extendedFrom {
      let all = (lengths + [run.configuration.training.steps]).map(String.init)
      blocks.append(.paragraph("Made longer afterwards by train --resume: \(all.joined(separator: ", then ")) steps."))
    }
    return blocks + [.facts(facts)]
  }

  private var facts: [Block.Fact] {
    guard !runs.isEmpty else { return [] }
    func distinct<Value>(_ value: (ReportedRun) -> Value) -> String {
      runs.map { "\(value($0))" }.distinct.joined(separator: ", ")
    }
    var facts = texts
    facts += [
      Block.Fact("Routers", distinct(\.variant)), Block.Fact("Seeds", distinct(\.seed)),
      Block.Fact("Steps", distinct(\.configuration.training.steps)),
      Block.Fact("Sizes", runs.map { sizes($0.configuration) }.distinct.joined(separator: "; ")),
      Block.Fact("Conditions", conditions),
      Block.Fact(
        "k in training",
        distinct { $0.configuration.model.router.isSparse ? $0.configuration.training.kSchedule.description : "all" }),
      Block.Fact("Gate order", distinct(\.configuration.model.gateOrder.rawValue)),
    ]
    facts += duration
    if let origin = directory.origin {
      facts += [
        Block.Fact("Begun", origin.begun),
        Block.Fact("Machine", "\(origin.architecture), \(origin.cores) cores, \(origin.system)"),
        Block.Fact("Program", "hyperrouter \(origin.version)"),
      ]
    }
    return facts
  }

  private func sizes(_ run: RunConfiguration) -> String {
    let model = run.model
    return "L = \(model.layers), d = \(model.modelWidth), H·d_h = \(model.heads)·\(model.headWidth), f = "
      + "\(model.expertWidth), N = \(model.experts), T = \(model.segment), M = \(model.memory), B = \(run.training.batch)"
  }

  /// How long trainings took; results say it of the last session of each.
  private var duration: [Block.Fact] {
    let results = runs.compactMap { run in run.result.map { (run, $0) } }
    guard !results.isEmpty else { return [] }
    let seconds = results.reduce(0) { $0 + $1.1.seconds }
    // The last look is at the last step that was made.
    let continued = results.count { run, result in
      result.timedSteps < result.course.last?.step ?? run.configuration.training.steps
    }
    let time =
      seconds < 120 ? "\(Numeral.value(seconds, digits: 3)) s" : "\(Numeral.value(seconds / 60, digits: 3)) min"
    return [
      Block.Fact(
        "Training took",
        continued == 0
          ? "\(time) together"
          : "\(time) together, without the earlier sessions of \(Numeral.count(continued)) of \(Numeral.count(results.count)) runs"
      )
    ]
  }

  private func count(_ number: Int) -> String { Numeral.count(number) }

  private var texts: [Block.Fact] {
    var seen: Set<String> = []
    return directory.parts.filter { seen.insert($0.corpus?.name ?? $0.name).inserted }.map { part in
      guard let corpus = part.corpus else {
        return Block.Fact("Text", "\(part.name); how it was split was not kept")
      }
      let entropy = corpus.entropyBitsPerSymbol.map {
        "; exact entropy \(Numeral.value($0, digits: 5)) \(part.unit)"
      }
      return Block.Fact(
        "Text",
        "\(corpus.name): \(count(corpus.trainingSymbols)) \(part.symbol)s to train on, then "
          + "\(count(corpus.validationSymbols)) to validate, then \(count(corpus.testSymbols)) to test; "
          + "V = \(corpus.vocabulary)" + (entropy ?? ""))
    }
  }

  /// Whether routers have the k schedule, the scale and the speed of W_r in common.
  private var conditions: String {
    if directory.isRun { return "one run" }
    if directory.parts.contains(where: { OpenReport($0, prefix: "") != nil }) { return "as each part says" }
    let sparse = runs.map(\.configuration).filter { $0.model.router.isSparse }
    let isEqual =
      Set(sparse.map(\.training.kSchedule)).count <= 1 && Set(sparse.map(\.model.routerScale)).count <= 1
      && Set(sparse.map(\.model.embeddingScale)).count <= 1
    let areMatched = sparse.allSatisfy { $0.model.routerScale == .matched && $0.model.embeddingScale == .matched }
    return isEqual && areMatched
      ? "equal: one k schedule, scale and speed of W_r; only routers differ"
      : "not equal: k schedules, or scale and speed of W_r, are not matched"
  }
}
