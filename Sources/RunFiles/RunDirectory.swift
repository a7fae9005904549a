import Foundation

/// The directory that holds one run: its configuration, its metrics, its checkpoint, its report.
///
/// Reading and writing throw `FileError`: `missing` or `damaged`, with the key or line that is wrong; `cannotCreate`, also where
/// the directory no longer stands at its path, or `inputOutput`, also for a value that JSON cannot hold.
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
  let lock: DirectoryLock?

  init(path: String, files: any FileOperations = SystemFiles(), lock: DirectoryLock? = nil) {
    self.path = path
    self.files = files
    self.lock = lock
  }

  /// The path of a file in the directory.
  public func path(of name: String) -> String { path.hasSuffix("/") ? path + name : "\(path)/\(name)" }

  /// Says whether the directory holds a file of a name.
  public func contains(_ name: String) -> Bool {
    if case .file = FileStatus(of: path(of: name)) { return true }
    return false
  }

  /// Writes a text file, whole or not at all.
  public func write(_ text: String, to name: String) throws(FileError) { try write([Data(text.utf8)], to: name) }

  /// Writes a safetensors file, whole or not at all.
  public func write(_ file: SafetensorsFile, to name: String) throws(FileError) { try write(file.encoded(), to: name) }

  /// Removes a file; where there is none, nothing happens.
  public func remove(_ name: String) throws(FileError) {
    guard contains(name) else { return }
    let path = path(of: name)
    try changing { () throws(FileError) in
      do throws(SystemError) {
        try files.remove(path)
        try AtomicFile.synchronizeDirectory(of: path, with: files)
      } catch {
        throw .system(.inputOutput, path, "cannot be removed", code: error.code)
      }
    }
  }

  /// Brings the lines added to a file to the disk.
  public func synchronizeLines(of name: String = metricsName) throws(FileError) {
    guard contains(name) else { return }
    try changing { () throws(FileError) in try AtomicFile.synchronize(path(of: name), with: files) }
  }

  /// Writes a value as indented JSON with sorted keys, whole or not at all.
  public func writeJSON(_ value: some Encodable, to name: String) throws(FileError) {
    try write([try encoded(value, for: name, isIndented: true), Data("\n".utf8)], to: name)
  }

  /// Reads a value from a JSON file.
  public func readJSON<Value: Decodable>(_ type: Value.Type, from name: String) throws(FileError) -> Value {
    try InputFile.readJSON(type, from: path(of: name))
  }

  /// Adds a value to a file as one line of JSON with sorted keys.
  public func appendLine(_ value: some Encodable, to name: String = metricsName) throws(FileError) {
    let data = try encoded(value, for: name)
    try changing { () throws(FileError) in
      try AtomicFile.append(data + Data("\n".utf8), to: path(of: name), with: files)
    }
  }

  /// Keeps the first lines of a file: what a resumed run repeats must not be logged twice.
  ///
  /// A last line without its line feed is what an interrupted run left behind, and goes too.
  public func keepLines<Value: Decodable>(
    as type: Value.Type, of name: String = metricsName, while isKept: (Value) -> Bool
  ) throws(FileError) {
    guard contains(name) else { return }
    let data = Data(try InputFile.read(path(of: name)))
    var kept = data.startIndex
    for (index, line) in lines(of: data).enumerated() {
      if !isKept(try value(type, line, index, of: name)) { break }
      kept = line.endIndex + 1
    }
    if kept < data.endIndex { try write([data[..<kept]], to: name) }
  }

  /// Reads the whole lines of a file.
  ///
  /// A last line without its line feed is what an interrupted run left behind, and is left out.
  public func readLines<Value: Decodable>(
    as type: Value.Type, of name: String = metricsName
  ) throws(FileError) -> [Value] {
    var values: [Value] = []
    for (index, line) in lines(of: Data(try InputFile.read(path(of: name)))).enumerated() {
      values.append(try value(type, line, index, of: name))
    }
    return values
  }

  private func write(_ pieces: [Data], to name: String) throws(FileError) {
    try changing { () throws(FileError) in try AtomicFile.write(pieces, to: path(of: name), with: files) }
  }

  /// Changes files, as long as the path leads to the directory that is locked: another one may have come into its place.
  func changing(_ work: () throws(FileError) -> Void) throws(FileError) {
    try lock?.expect(at: path)
    let done = Result { () throws(FileError) in try work() }
    // Also where the work failed: then this is why.
    try lock?.expect(at: path)
    try done.get()
  }

  private func lines(of data: Data) -> ArraySlice<Data> {
    data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
  }

  private func value<Value: Decodable>(
    _ type: Value.Type, _ line: Data, _ index: Int, of name: String
  ) throws(FileError) -> Value {
    if let value = try? JSON.decode(type, from: line) { return value }
    throw FileError(.damaged, path(of: name), "line \(index + 1) cannot be read")
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
  /// Whether both stand for the same directory.
  public static func == (first: RunDirectory, second: RunDirectory) -> Bool { first.path == second.path }
}
