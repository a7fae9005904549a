import Foundation

/// A copy of the package in which every chosen place is a switch, and its build.
struct ScratchCopy {
  /// Where the package is.
  let package: URL
  /// Where the copy is.
  let tree: URL

  private static let copied = [
    "Package.swift", "Sources", "Tests", "Fixtures", "README.md", "NOTES.md", ".swift-format",
  ]

  /// The sources of all targets.
  func sources() throws -> [(target: String, file: String, text: String)] {
    let files = try Self.files(under: package.appending(path: "Sources")).filter { $0.hasSuffix(".swift") }.sorted()
    guard !files.isEmpty else { throw MutationError("found no sources in \(package.path), expected a Swift package") }
    return try files.map { file in
      let target = String(file.prefix { $0 != "/" })
      let text = try String(contentsOf: package.appending(path: "Sources/\(file)"), encoding: .utf8)
      return (target, "Sources/\(file)", text)
    }
  }

  /// Writes the copy and builds it; changes that do not compile are left out.
  func build(_ chosen: [Candidate?], note: (String) -> Void) throws -> [Candidate?] {
    var left = chosen
    while true {
      let written = try write(left)
      note("building \(left.count { $0 != nil }) changes")
      let (status, output) = try Shell.run(["swift", "build", "--build-tests"], in: tree)
      if status == 0 { return left }
      let faulty = Self.numbers(in: output, written, tree: tree)
      guard !faulty.isEmpty else {
        throw MutationError("the copy in \(tree.path) does not build:\n" + output.suffix(3000))
      }
      for number in faulty { left[number - 1] = nil }
    }
  }

  /// Where the built tests are.
  func testProgram() throws -> String {
    let (_, output) = try Shell.run(["swift", "build", "--show-bin-path"], in: tree)
    let folder = output.split(separator: "\n").last.map(String.init) ?? ""
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    guard let name = names.first(where: { $0.hasSuffix(".xctest") }) else {
      throw MutationError("found no tests in \(folder), expected a file that ends with .xctest")
    }
    return "\(folder)/\(name)"
  }

  /// Writes what differs from the copy that is there, so that only that is compiled again.
  private func write(_ changes: [Candidate?]) throws -> [String: Instrumentation.Result] {
    let byFile = Dictionary(grouping: changes.indices.filter { changes[$0] != nil }) { changes[$0]?.place.file ?? "" }
    var written: [String: Instrumentation.Result] = [:]
    var kept: Set<String> = []
    for root in Self.copied {
      for file in try Self.files(under: package.appending(path: root)) {
        let path = file.isEmpty ? root : "\(root)/\(file)"
        kept.insert(path)
        var data = try Data(contentsOf: package.appending(path: path))
        if let numbers = byFile[path] {
          let own = numbers.compactMap { index in changes[index].map { (number: index + 1, candidate: $0) } }
          let result = Instrumentation.write(own, into: String(decoding: data, as: UTF8.self))
          written[path] = result
          data = Data(result.text.utf8)
        }
        try replace(path, data)
      }
    }
    for target in Set(changes.compactMap { $0?.place.target }) {
      // Beside what kernels are made of: the switch is none, and no definition holds it.
      let path = "Sources/\(target)/Machine/MutationSwitch.swift"
      kept.insert(path)
      try replace(path, Data(Instrumentation.switchSource.utf8))
    }
    for root in Self.copied {
      for file in (try? Self.files(under: tree.appending(path: root))) ?? [] where !file.isEmpty {
        if !kept.contains("\(root)/\(file)") {
          try FileManager.default.removeItem(at: tree.appending(path: "\(root)/\(file)"))
        }
      }
    }
    return written
  }

  private func replace(_ path: String, _ data: Data) throws {
    let url = tree.appending(path: path)
    if (try? Data(contentsOf: url)) == data { return }
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: url)
  }

  /// The changes on the lines that a compiler complains about.
  ///
  /// Where there is none it is the last one before, as a constant without its assignment is only missed later; failing that
  /// the first one after, as a closure is blamed for its body.
  private static func numbers(in output: String, _ written: [String: Instrumentation.Result], tree: URL) -> Set<Int> {
    let complaint = /(Sources\/[^:\n]+\.swift):(\d+):\d+: error:/
    return Set(
      output.matches(of: complaint).flatMap { match -> [Int] in
        guard let line = Int(match.2), let numbers = written[String(match.1)]?.numbers else { return [] }
        let before = numbers.filter { $0.key < line }.max { $0.key < $1.key }
        let after = numbers.filter { $0.key > line }.min { $0.key < $1.key }
        return numbers[line] ?? (before ?? after)?.value ?? []
      })
  }

  /// The files under a folder, as paths from it; for a file the empty path.
  private static func files(under root: URL) throws -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: root.path, isDirectory: &isFolder) else { return [] }
    guard isFolder.boolValue else { return [""] }
    return try FileManager.default.subpathsOfDirectory(atPath: root.path).filter { path in
      FileManager.default.fileExists(atPath: root.appending(path: path).path, isDirectory: &isFolder)
        && !isFolder.boolValue
    }
  }
}
