import Foundation

/// The package's own sources, read to find out what has no test.
package enum SourceTree {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Returns the operations of a target: what its folder Operations declares for others that returns a variable; names
  /// as ``functions(in:where:)`` gives them; empty if there is no such folder.
  package static func operations(of target: String) -> Set<String> {
    Set(functions(in: "Sources/\(target)/Operations") { $0.contains("-> Variable") })
  }

  /// Returns the names of a target's types that conform to `Layer` or to a protocol that refines it.
  package static func layers(of target: String) -> Set<String> {
    let protocolNames = ["Layer", "Router", "Host", "FeedForward", "ExpertNetwork"]
    let declaration = /(?m)^(?:public )?(?:struct|final class)\s+(\w+)(?:<[^>]*>)?\s*:\s*([^{]*)\{/
    var names: Set<String> = []
    for file in swiftFiles(in: "Sources/\(target)") {
      guard let text = try? String(contentsOf: file, encoding: .utf8) else { continue }
      for match in text.matches(of: declaration) {
        let protocols = match.2.split { ",& \n".contains($0) }.map { $0.prefix { $0 != "<" } }
        if protocols.contains(where: { name in protocolNames.contains { name.hasSuffix($0) } }) {
          names.insert(String(match.1))
        }
      }
    }
    return names
  }

  package static var targetsWithOperations: Set<String> { targets { !operations(of: $0).isEmpty } }
  package static var targetsWithLayers: Set<String> { targets { !layers(of: $0).isEmpty } }

  private static func targets(where isWanted: (String) -> Bool) -> Set<String> {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path)) ?? []
    return Set(all.filter(isWanted))
  }

  package static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: root.appending(path: path).path)
  }

  package static func path(_ path: String) -> String { root.appending(path: path).path }

  static func swiftFiles(in folder: String) -> [URL] {
    let files = FileManager.default.enumerator(at: root.appending(path: folder), includingPropertiesForKeys: nil)
    return (files?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
  }
}

extension SourceTree {
  /// Returns the functions that a folder declares and other files may call: all but private ones and those inside others.
  ///
  /// Each is named as it is called, with its type: `Kernel.add(_:_:into:count:workers:)`, `relu(_:)`. An operator's labels
  /// are its parameters' names. Where a type has several functions of one name, the second is followed by " 2", so that
  /// every declaration counts. What a protocol demands is declared by the types that conform.
  package static func functions(in folder: String, where isWanted: (String) -> Bool = { _ in true }) -> [String] {
    var names: [String] = []
    for file in swiftFiles(in: folder) {
      guard let text = try? String(contentsOf: file, encoding: .utf8) else { continue }
      names += functions(ofSource: text, where: isWanted)
    }
    var seen: [String: Int] = [:]
    return names.map { name in
      seen[name, default: 0] += 1
      return seen[name] == 1 ? name : "\(name) \(seen[name] ?? 0)"
    }.sorted()
  }

  /// Returns the functions of one source that other files may call, in order.
  ///
  /// The formatter indents by two spaces a level: a declaration belongs to the nearest one above it that is indented less.
  package static func functions(ofSource text: String, where isWanted: (String) -> Bool = { _ in true }) -> [String] {
    let modifiers = #"(?:@\w+(?:\([^)]*\))? )*(?:[a-z]+(?:\(set\))? )*"#
    let keywords = "struct|enum|class|actor|extension|protocol|func|init|var|let|subscript|case|static"
    guard
      let declaration = try? Regex<(Substring, Substring, Substring, Substring)>(
        #"^( *)\#(modifiers)(\#(keywords))\b[ ?<(]*([^\s(<:{]*)"#)
    else { return [] }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var enclosing: [(indent: Int, kind: String, name: String)] = []
    var names: [String] = []
    for (number, line) in lines.enumerated() where !line.drop(while: { $0 == " " }).hasPrefix("//") {
      if let brace = line.firstIndex(where: { $0 != " " }), line[brace] == "}" {
        let indent = line.distance(from: line.startIndex, to: brace)
        enclosing.removeAll { $0.indent >= indent }
      }
      guard let match = line.firstMatch(of: declaration) else { continue }
      let (indent, kind, name) = (match.1.count, String(match.2), String(match.3))
      enclosing.removeAll { $0.indent >= indent }
      let types = ["struct", "enum", "class", "actor", "extension"]
      if kind == "func" && enclosing.allSatisfy({ types.contains($0.kind) }) {
        let signature = Signature(lines[number...], function: name)
        let isPrivate = signature.text.components(separatedBy: "func ")[0].contains("private ")
        if !isPrivate && isWanted(signature.text) {
          names.append((enclosing.map(\.name) + [name + signature.labels]).joined(separator: "."))
        }
      }
      enclosing.append((indent, kind, name))
    }
    return names
  }

  /// The beginning of a function: from its attributes to the brace of its body.
  private struct Signature {
    let text: String
    let labels: String

    init(_ lines: ArraySlice<Substring>, function name: String) {
      var text = ""
      for line in lines {
        text += line.drop { $0 == " " } + " "
        if line.contains("{") { break }
      }
      self.text = text
      // The parameters begin behind the name and its generic clause.
      let rest = text.range(of: "func \(name)").map { text[$0.upperBound...] } ?? ""
      var (depth, parameters, current, isInside) = (0, [Substring](), "", false)
      for character in rest {
        if !isInside {
          if character == "(" { isInside = true }
          continue
        }
        if character == ")" && depth == 0 { break }
        if "([<".contains(character) { depth += 1 }
        if ")]".contains(character) || (character == ">" && current.last != "-") { depth -= 1 }
        if character == "," && depth == 0 {
          parameters.append(Substring(current))
          current = ""
        } else {
          current.append(character)
        }
      }
      if current.contains(":") { parameters.append(Substring(current)) }
      let labels = parameters.map { parameter in
        parameter.drop { $0 == " " }.prefix { $0 != " " && $0 != ":" } + ":"
      }
      self.labels = "(\(labels.joined()))"
    }
  }
}
