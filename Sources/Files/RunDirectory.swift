import Foundation

/// The directory that holds one run: its configuration, its metrics, its checkpoint, its report.
public struct RunDirectory: Sendable, Equatable {
  /// The file whose presence says that a directory holds a run.
  public static let configurationName = "config.json"
  /// The file with one JSON object a line for every logged step.
  public static let metricsName = "metrics.jsonl"

  /// The directory's path.
  public let path: String

  /// Makes a directory for a new run, with its parents, or takes over an existing one that holds no run.
  ///
  /// - Parameter path: The directory's path.
  /// - Returns: The directory, which does not hold a configuration yet.
  /// - Throws: `FileError` of kind `cannotCreate` if the path is a file, holds a run, or cannot be made.
  public static func create(at path: String) throws(FileError) -> RunDirectory {
    try makeDirectory(path)
    let directory = RunDirectory(path: path)
    guard FileStatus(of: directory.path(of: configurationName)) == .absent else {
      throw FileError(.cannotCreate, path, "already holds a run (\(configurationName)), expected a new directory")
    }
    return directory
  }

  /// Opens the directory of an earlier run.
  ///
  /// - Parameter path: The directory's path.
  /// - Returns: The directory.
  /// - Throws: `FileError` of kind `missing` if there is no directory or no run in it.
  public static func open(_ path: String) throws(FileError) -> RunDirectory {
    switch FileStatus(of: path) {
    case .directory: break
    case .absent: throw FileError(.missing, path, "found nothing, expected the directory of a run")
    case .unknown(let code): throw .system(.missing, path, "cannot be opened", code: code)
    case .file, .special: throw FileError(.missing, path, "found a file, expected the directory of a run")
    }
    let directory = RunDirectory(path: path)
    guard case .file = FileStatus(of: directory.path(of: configurationName)) else {
      throw FileError(.missing, path, "holds no run: found no \(configurationName)")
    }
    return directory
  }

  /// Returns the path of a file in the directory.
  ///
  /// - Parameter name: The file's name.
  /// - Returns: Its path.
  public func path(of name: String) -> String {
    path.hasSuffix("/") ? path + name : "\(path)/\(name)"
  }

  /// Says whether the directory holds a file of a name.
  ///
  /// - Parameter name: The file's name.
  /// - Returns: True for a file.
  public func contains(_ name: String) -> Bool {
    if case .file = FileStatus(of: path(of: name)) { return true }
    return false
  }

  /// Writes a text file, whole or not at all.
  ///
  /// - Parameters:
  ///   - text: The contents.
  ///   - name: The file's name.
  /// - Throws: `FileError`, `cannotCreate` or `inputOutput`.
  public func write(_ text: String, to name: String) throws(FileError) {
    try AtomicFile.write(text, to: path(of: name))
  }

  /// Writes a value as indented JSON with sorted keys, whole or not at all.
  ///
  /// - Parameters:
  ///   - value: Any value without numbers that are not finite.
  ///   - name: The file's name.
  /// - Throws: `FileError`, `cannotCreate` or `inputOutput`; the latter also for a value that JSON cannot hold.
  public func writeJSON(_ value: some Encodable, to name: String) throws(FileError) {
    let data = try encoded(value, for: name, formatting: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    try AtomicFile.write([data, Data("\n".utf8)], to: path(of: name))
  }

  /// Reads a value from a JSON file.
  ///
  /// - Parameters:
  ///   - type: The value's type.
  ///   - name: The file's name.
  /// - Returns: The value.
  /// - Throws: `FileError`, `missing` or `damaged`; the latter names the key that is wrong.
  public func readJSON<Value: Decodable>(_ type: Value.Type, from name: String) throws(FileError) -> Value {
    let path = path(of: name)
    let data = try contents(of: name)
    do {
      return try JSONReader.decode(type, from: data)
    } catch let error as JSONReader.Problem {
      throw FileError(.damaged, path, error.description)
    } catch let error as DecodingError {
      throw FileError(.damaged, path, error.inOneLine)
    } catch {
      throw FileError(.damaged, path, "cannot be read as JSON")
    }
  }

  /// Adds a value to a file as one line of JSON with sorted keys.
  ///
  /// - Parameters:
  ///   - value: Any value without numbers that are not finite.
  ///   - name: The file's name.
  /// - Throws: `FileError`, `cannotCreate` or `inputOutput`; the latter also for a value that JSON cannot hold.
  public func appendLine(_ value: some Encodable, to name: String = metricsName) throws(FileError) {
    let data = try encoded(value, for: name, formatting: [.sortedKeys, .withoutEscapingSlashes])
    try AtomicFile.append(data + Data("\n".utf8), to: path(of: name))
  }

  /// Keeps the first lines of a file: what a resumed run repeats must not be logged twice.
  ///
  /// A last line without its line feed is what an interrupted run left behind, and goes too.
  ///
  /// - Parameters:
  ///   - type: The type of a line's value.
  ///   - name: The file's name; no such file is as good as an empty one.
  ///   - isKept: Decides by a line's value; the first refusal ends the file.
  /// - Throws: `FileError`; `damaged` for a kept line that cannot be read.
  public func keepLines<Value: Decodable>(
    as type: Value.Type, of name: String = metricsName, while isKept: (Value) -> Bool
  ) throws(FileError) {
    guard contains(name) else { return }
    let data = try contents(of: name)
    var kept = data.startIndex
    var number = 1
    while let end = data[kept...].firstIndex(of: UInt8(ascii: "\n")) {
      guard let value = try? JSONReader.decode(type, from: data[kept..<end]) else {
        throw FileError(.damaged, path(of: name), "line \(number) cannot be read")
      }
      if !isKept(value) { break }
      kept = data.index(after: end)
      number += 1
    }
    if kept < data.endIndex { try AtomicFile.write(Data(data[..<kept]), to: path(of: name)) }
  }

  private func contents(of name: String) throws(FileError) -> Data {
    Data(try InputFile.read(path(of: name)))
  }

  private func encoded(
    _ value: some Encodable, for name: String, formatting: JSONEncoder.OutputFormatting
  ) throws(FileError) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting
    do {
      return try encoder.encode(value)
    } catch EncodingError.invalidValue(let number, let context) {
      let key = context.codingPath.map(\.stringValue).joined(separator: ".")
      throw FileError(.inputOutput, path(of: name), "found \(number) at \(key), which JSON cannot hold")
    } catch {
      throw FileError(.inputOutput, path(of: name), "the value cannot be encoded")
    }
  }

  /// Makes a directory and its parents.
  private static func makeDirectory(_ path: String) throws(FileError) {
    switch FileStatus(of: path) {
    case .directory: return
    case .file, .special: throw FileError(.cannotCreate, path, "found a file, expected a directory or nothing")
    case .unknown(let code): throw .system(.cannotCreate, path, "cannot be created", code: code)
    case .absent: break
    }
    let trimmed = path.last == "/" ? String(path.dropLast()) : path
    if let slash = trimmed.lastIndex(of: "/"), slash > trimmed.startIndex {
      try makeDirectory(String(trimmed[..<slash]))
    }
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
      throw .system(.cannotCreate, path, "cannot be created", code: errno)
    }
  }
}
