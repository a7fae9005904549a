import Foundation
import RunFiles
import Testing

@testable import Command

/// The program's commands, run inside the test: a thousand ends of a process take seconds.
struct ProcessStandIn {
  /// The directory in which everything happens.
  let folder: String
  let interruption = Interruption()

  /// Runs a command to its end.
  ///
  /// - Parameters:
  ///   - line: Its words, of which those that begin with "@" are paths in the folder.
  ///   - files: How it writes.
  /// - Returns: The exit status and what went to standard error.
  func run(_ line: String, with files: any FileOperations = StoppingFiles(at: .max)) -> (status: Int32, errors: String)
  {
    let program = Program.hyperrouter(interruption, files)
    let errors = CapturedOutput()
    let words = line.split(separator: " ").map { $0.hasPrefix("@") ? "\(folder)/\($0.dropFirst())" : String($0) }
    let status = program.run(words, on: Console(output: CapturedOutput(), errors: errors, environment: [:]))
    return (status, errors.text)
  }
}

/// The files of a run, or of a comparison with its runs inside, without what depends on the clock and the place.
///
/// - Parameter path: The directory.
/// - Returns: Every file's bytes by its path, those of `results.json` without times; not `report.html` and `origin.json`, which
///   say when.
/// - Throws: What the system says.
func lasting(_ path: String) throws -> [String: Data] {
  func timeless(_ value: Any) -> Any {
    if let list = value as? [Any] { return list.map(timeless) }
    guard let object = value as? [String: Any] else { return value }
    let fleeting: Set = ["seconds", "tokens_per_second", "timed_steps", "path", "threads", "date"]
    return object.filter { !fleeting.contains($0.key) }.mapValues(timeless)
  }
  var files: [String: Data] = [:]
  for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isDirectory), !isDirectory.boolValue
    else { continue }
    if ["report.html", "origin.json"].contains((name as NSString).lastPathComponent) { continue }
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)"))
    func timelessJSON(_ data: Data) throws -> Data {
      try JSONSerialization.data(
        withJSONObject: timeless(try JSONSerialization.jsonObject(with: data)), options: .sortedKeys)
    }
    files[name] =
      switch (name as NSString).lastPathComponent {
      case "results.json": try timelessJSON(data)
      case "metrics.jsonl":
        Data(try data.split(separator: UInt8(ascii: "\n")).map { try timelessJSON($0) }.joined(separator: [10]))
      default: data
      }
  }
  return files
}
