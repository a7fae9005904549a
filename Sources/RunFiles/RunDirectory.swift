import Foundation

/// The directory that holds one run: its configuration, its metrics, its checkpoint, its report.
public struct RunDirectory: Sendable {
  /// The file whose presence says that a directory holds a run.
  public static let configurationName = "config.json"
  /// The file with one JSON object a line for every logged step.
  public static let metricsName = "metrics.jsonl"

  /// The file with the weights that a run begins with, where they are not made from its seed.
  public static let initialWeightsName = "initial.safetensors"

  /// The file with what the trained model was measured to be.
  public static let resultsName = "results.json"

  /// The directory's path.
  public let path: String
  let files: any FileOperations
  /// Held as long as the value lives; nil for a directory that is only read.
  private let lock: DirectoryLock?

  /// Describes a directory.
  ///
  /// - Parameter lock: The right to do so, or nil.
  init(path: String, files: any FileOperations = SystemFiles(), lock: DirectoryLock? = nil) {
    self.path = path
    self.files = files
    self.lock = lock
  }

  /// Returns the path of a file in the directory.
  public func path(of name: String) -> String {
    path.hasSuffix("/") ? path + name : "\(path)/\(name)"
  }

  /// Says whether the directory holds a file of a name.
  ///
  /// - Returns: True for a file.
  public func contains(_ name: String) -> Bool {
    if case .file = FileStatus(of: path(of: name)) { return true }
    return false
  }

  /// Writes a text file, whole or not at all.
  ///
  /// - Parameter text: The contents.
  /// - Throws: `FileError`, `cannotCreate` or `inputOutput`.
  public func write(_ text: String, to name: String) throws(FileError) {
    try AtomicFile.write([Data(text.utf8)], to: path(of: name), with: files)
  }

  /// Writes a safetensors file, whole or not at all.
  ///
  /// - Parameter file: The contents.
  /// - Throws: `FileError`, `cannotCreate` or `inputOutput`.
  public func write(_ file: SafetensorsFile, to name: String) throws(FileError) {
    try AtomicFile.write(file.encoded(), to: path(of: name), with: files)
  }

  /// Removes a file; where there is none, nothing happens.
  ///
  /// - Parameter name: The file's name.
  /// - Throws: `FileError` of kind `inputOutput`.
  public func remove(_ name: String) throws(FileError) {
    guard contains(name) else { return }
    let path = path(of: name)
    do throws(SystemError) {
      try files.remove(path)
      try AtomicFile.synchronizeDirectory(of: path, with: files)
    } catch {
      throw .system(.inputOutput, path, "cannot be removed", code: error.code)
    }
  }

  /// Brings the lines added to a file to the disk.
  ///
  /// - Parameter name: The file's name; no such file is as good as an empty one.
  /// - Throws: `FileError` of kind `inputOutput`.
  public func synchronizeLines(of name: String = metricsName) throws(FileError) {
    if contains(name) { try AtomicFile.synchronize(path(of: name), with: files) }
  }

  /// Writes a value as indented JSON with sorted keys, whole or not at all.
  ///
  /// - Parameter value: Any value without numbers that are not finite.
  /// - Throws: `FileError`, `cannotCreate` or `inputOutput`; the latter also for a value that JSON cannot hold.
  public func writeJSON(_ value: some Encodable, to name: String) throws(FileError) {
    let data = try encoded(value, for: name, isIndented: true)
    try AtomicFile.write([data, Data("\n".utf8)], to: path(of: name), with: files)
  }

  /// Reads a value from a JSON file.
  ///
  /// - Parameter type: The value's type.
  /// - Throws: `FileError`, `missing` or `damaged`; the latter names the key that is wrong.
  public func readJSON<Value: Decodable>(_ type: Value.Type, from name: String) throws(FileError) -> Value {
    try InputFile.readJSON(type, from: path(of: name))
  }

  /// Adds a value to a file as one line of JSON with sorted keys.
  ///
  /// - Parameter value: Any value without numbers that are not finite.
  /// - Throws: `FileError`, `cannotCreate` or `inputOutput`; the latter also for a value that JSON cannot hold.
  public func appendLine(_ value: some Encodable, to name: String = metricsName) throws(FileError) {
    let data = try encoded(value, for: name)
    try AtomicFile.append(data + Data("\n".utf8), to: path(of: name), with: files)
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
      guard let value = try? JSON.decode(type, from: data[kept..<end]) else {
        throw FileError(.damaged, path(of: name), "line \(number) cannot be read")
      }
      if !isKept(value) { break }
      kept = data.index(after: end)
      number += 1
    }
    if kept < data.endIndex { try AtomicFile.write([Data(data[..<kept])], to: path(of: name), with: files) }
  }

  /// Reads the whole lines of a file.
  ///
  /// A last line without its line feed is what an interrupted run left behind, and is left out.
  ///
  /// - Parameters:
  ///   - type: The type of a line's value.
  ///   - name: The file's name.
  /// - Returns: A value for each line.
  /// - Throws: `FileError`; `damaged` for a line that cannot be read.
  public func readLines<Value: Decodable>(
    as type: Value.Type, of name: String = metricsName
  ) throws(FileError) -> [Value] {
    let data = try contents(of: name)
    let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
    var values: [Value] = []
    for (index, line) in lines.enumerated() {
      guard let value = try? JSON.decode(type, from: line) else {
        throw FileError(.damaged, path(of: name), "line \(index + 1) cannot be read")
      }
      values.append(value)
    }
    return values
  }

  private func contents(of name: String) throws(FileError) -> Data {
    Data(try InputFile.read(path(of: name)))
  }

  private func encoded(
    _ value: some Encodable, for name: String, isIndented: Bool = false
  ) throws(FileError) -> Data {
    do {
      return try JSON.encode(value, isIndented: isIndented)
    } catch EncodingError.invalidValue(let number, let context) {
      throw FileError(
        .inputOutput, path(of: name), "found \(number) at \(context.codingPath.place), which JSON cannot hold")
    } catch {
      throw FileError(.inputOutput, path(of: name), "the value cannot be encoded")
    }
  }
}

extension RunDirectory: Equatable {
  /// Says whether two values stand for the same directory.
  ///
  /// - Parameters:
  ///   - first: A directory.
  ///   - second: Another.
  /// - Returns: True for equal paths.
  public static func == (first: RunDirectory, second: RunDirectory) -> Bool { first.path == second.path }
}
