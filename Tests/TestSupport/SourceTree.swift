import Foundation

/// The package's own sources, read to find out what has no test.
public enum SourceTree {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Returns the operations of a target: what its folder Operations declares for others that returns a variable; names
  /// as ``functions(in:where:)`` gives them; empty if there is no such folder.
  public static func operations(of target: String) -> Set<String> {
    Set(functions(in: "Sources/\(target)/Operations") { $0.contains("-> Variable") })
  }

  /// Returns the names of a target's types that conform to `Layer` or to a protocol that refines it.
  public static func layers(of target: String) -> Set<String> {
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

  /// The targets that have a folder Operations.
  public static var targetsWithOperations: Set<String> {
    let targets = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path)) ?? []
    return Set(targets.filter { !operations(of: $0).isEmpty })
  }

  /// The targets that declare layers.
  public static var targetsWithLayers: Set<String> {
    let targets = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path)) ?? []
    return Set(targets.filter { !layers(of: $0).isEmpty })
  }

  /// Returns whether a file of the package exists.
  public static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: root.appending(path: path).path)
  }

  /// Returns where a file of the package is.
  public static func path(_ path: String) -> String { root.appending(path: path).path }

  static func swiftFiles(in folder: String) -> [URL] {
    let files = FileManager.default.enumerator(at: root.appending(path: folder), includingPropertiesForKeys: nil)
    return (files?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
  }
}
