import Experiments

extension Command {
  private static let folder = Flag<String>.path("in", "DIR", help: "the folder whose directories are looked at")
    .defaulting(to: RunList.standardFolder)

  /// `hyperrouter runs`: what was trained here.
  static let runs = Command(
    "runs", summary: "list the runs of a folder: text, steps, bits, state", bare: folder,
    groups: [FlagGroup("Which", [folder]), FlagGroup("Output", [RunFlags.json])],
    examples: [Example("those of this folder"), Example("those of another one, for a program", "there/runs", "--json")]
  ) { options, console in
    let list = RunList(in: options[folder])
    if options[RunFlags.json] { return try console.printObject(Stamped(list)) }
    if list.runs.isEmpty {
      return try console.print("no runs in \(options[folder]); hyperrouter train makes one")
    }
    try console.print(list.table)
  }
}
