extension Command {
  private static let object = Flag<String>.choice(
    "object", among: JSONSchema.all.map(\.name), help: "print this object alone, and those inside it"
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
    let chosen = options[object].map { JSONSchema.inside($0) } ?? JSONSchema.all
    for (number, object) in chosen.enumerated() {
      try console.print(
        (number > 0 ? "\n" : "") + console.wrapped(console.style.bold(object.name) + ": " + object.meaning))
      for field in object.fields {
        try console.print(console.wrapped("\(field.key): \(field.kind.name)", indent: 2))
        try console.print(console.wrapped(field.meaning, indent: 6))
      }
    }
  }
}

extension JSONSchema {
  /// An object and all that stands inside it, each once.
  static func inside(_ name: String) -> [Object] {
    func names(_ kind: Kind) -> [String] {
      switch kind {
      case .object(let name): [name]
      case .list(let inner), .orNull(let inner), .optional(let inner): names(inner)
      default: []
      }
    }
    var found: [String] = [name]
    var next = 0
    while next < found.count {
      for field in self[found[next]]?.fields ?? [] {
        for name in names(field.kind) where !found.contains(name) { found.append(name) }
      }
      next += 1
    }
    return found.compactMap { self[$0] }
  }
}
