import Experiments
import Training

extension Command {
  /// `hyperrouter presets`: what --preset stands for.
  static let presets = Command(
    "presets", summary: "list the presets with their sizes and durations",
    discussion: """
      What --preset stands for in other commands, each of whose numbers has a flag: L is --layers, d --model-width, H×d_h \
      --heads and --head-width, f --expert-width, N --experts, T --segment, M --memory, B --batch, η --learning-rate.
      """,
    groups: [RunFlags.threadsAndOutput],
    examples: [
      Example("what there is, and how long it takes here", "--threads", "1"),
      Example("for a script", "--json", to: "presets.json"),
    ]
  ) { options, console in
    let table = try PresetTable(threads: options[RunFlags.threads])
    if options[RunFlags.json] { return try console.printObject(Stamped(table)) }
    try console.print(table.tables.map(console.text).joined(separator: "\n\n"))
  }
}
