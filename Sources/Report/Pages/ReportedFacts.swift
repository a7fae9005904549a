import Experiments
import Foundation
import MixtureOfExperts
import Tables
import Training

/// What was run, where, and how to run it again.
struct ReportedFacts {
  let directory: ReportedDirectory
  private var configurations: [RunConfiguration] { directory.parts.flatMap(\.runs).map(\.configuration) }

  /// A line to type, and facts.
  var blocks: [Block] {
    var blocks: [Block] = [
      directory.origin.map { .command((["hyperrouter"] + $0.command).shellLine) }
        ?? .paragraph("The command line was not kept: the directory is from before it was.")
    ]
    if let run = configurations.first, directory.isRun, let lengths = run.training.extendedFrom {
      let all = (lengths + [run.training.steps]).map(String.init).joined(separator: ", then ")
      blocks.append(.paragraph("Made longer afterwards by train --resume: \(all) steps."))
    }
    return blocks + [.facts((configurations.isEmpty ? [] : texts + settings + [duration].compactMap { $0 } + machine))]
  }

  private var settings: [Block.Fact] {
    func distinct<Value>(_ value: (RunConfiguration) -> Value) -> String {
      configurations.map { "\(value($0))" }.distinct.joined(separator: ", ")
    }
    return [
      .init("Routers", directory.parts.flatMap(\.variants).distinct.joined(separator: ", ")),
      .init("Seeds", distinct(\.training.seed)), .init("Steps", distinct(\.training.steps)),
      .init("Sizes", configurations.map(\.sizes).distinct.joined(separator: "; ")), .init("Conditions", conditions),
      .init("k in training", distinct { $0.model.router.isSparse ? $0.training.kSchedule.description : "all" }),
      .init("Gate order", distinct(\.model.gateOrder.rawValue)),
    ]
  }

  private var machine: [Block.Fact] {
    directory.origin.map { origin in
      [
        .init("Begun", origin.begun),
        .init("Machine", "\(origin.architecture), \(origin.cores) cores, \(origin.system)"),
        .init("Program", "hyperrouter \(origin.version)"),
      ]
    } ?? []
  }

  /// How long trainings took; results say it of the last session of each.
  private var duration: Block.Fact? {
    let finished = directory.parts.flatMap(\.finished.all)
    guard !finished.isEmpty else { return nil }
    let seconds = finished.reduce(0) { $0 + $1.result.seconds }
    // The last evaluation is at the last step that was made.
    let continued = finished.count { run, result in
      result.timedSteps < result.history.last?.step ?? run.training.steps
    }
    let time =
      seconds < 120 ? "\(Numeral.value(seconds, digits: 3)) s" : "\(Numeral.value(seconds / 60, digits: 3)) min"
    let of = "\(Numeral.count(continued)) of \(Numeral.count(finished.count)) runs"
    return .init(
      "Training took", "\(time) together" + (continued == 0 ? "" : ", without the earlier sessions of \(of)"))
  }

  private var texts: [Block.Fact] {
    var seen: Set<String> = []
    return directory.parts.filter { seen.insert($0.corpus?.name ?? $0.name).inserted }.map { part in
      guard let corpus = part.corpus else { return .init("Text", "\(part.name); how it was split was not kept") }
      let entropy = corpus.entropyBitsPerSymbol.map { "; exact entropy \(Numeral.value($0, digits: 5)) \(part.unit)" }
      return .init(
        "Text",
        "\(corpus.name): \(corpus.sizes)" + (entropy ?? ""))
    }
  }

  /// What routers have in common beside the text, part by part.
  private var conditions: String {
    directory.isRun
      ? "one run" : directory.parts.map { $0.conditions?.words ?? "as the part says" }.distinct.joined(separator: "; ")
  }
}

extension Sequence<String> {
  /// Words as a shell reads them back.
  package var shellLine: String {
    map { word in
      let plain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./:,=+@%".contains($0)) }
      return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: #"'\''"#) + "'"
    }.joined(separator: " ")
  }
}
