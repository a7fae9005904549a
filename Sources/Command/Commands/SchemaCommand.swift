extension Command {
  private static let object = Flag<String>.choice(
    "object", among: Schema.all.map(\.name), help: "print this object alone, and those inside it"
  ).optional("all")

  /// `hyperrouter schema`: what the program's JSON looks like.
  static let schema = Command(
    "schema", summary: "describe the JSON that other commands print and keep",
    discussion: """
      Keys are snake_case, the same object looks the same wherever it stands, and a number that is not there is null. Every
      object that --json prints, and every results.json, also says program_version and date.
      """,
    groups: [FlagGroup("What to describe", [object])],
    examples: [
      Example("what results.json of a run of compare holds", "--object", "run"),
      Example("everything, as a file", to: "schema.txt"),
    ]
  ) { options, console in
    let chosen = options[object].map { Schema.inside($0) } ?? Schema.all
    for (number, object) in chosen.enumerated() {
      try console.print(
        (number > 0 ? "\n" : "") + console.wrapped(console.style.bold(object.name) + ": " + object.meaning))
      for field in object.fields {
        try console.print(console.wrapped("\(field.key): \(field.kind.name)", indent: 2))
        if !field.meaning.isEmpty { try console.print(console.wrapped(field.meaning, indent: 6)) }
      }
    }
  }
}
