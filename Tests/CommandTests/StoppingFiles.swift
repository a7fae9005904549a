import Foundation
import RunFiles
import Synchronization

/// File operations that end at one of them, as if the process were killed there, or as if the power failed.
///
/// From that operation on nothing has any effect, as nothing has that a killed process would have done. The deadly write
/// itself writes half. Only what was synchronised survives a power failure.
final class StoppingFiles: FileOperations {
  enum End: CaseIterable {
    case kill, powerFailure
  }

  private struct State {
    var count = 0
    var hasStopped = false
    var paths: [Int32: String] = [:]  // of open files
    var survivingSizes: [String: off_t] = [:]  // of files with more bytes than a power failure leaves
    var newNames: Set<String> = []  // folders with names that a power failure may take back
  }

  private let state = Mutex(State())
  private let system = SystemFiles()
  private let last: Int
  private let end: End
  /// Called at the last operation instead of stopping; returns whether to stop nevertheless.
  private let atLast: (@Sendable () -> Bool)?

  /// Creates operations that stop.
  ///
  /// - Parameters:
  ///   - last: The number of the operation that fails, from 1; later ones fail, too.
  ///   - end: What survives.
  ///   - atLast: What happens there before, and whether it stops anything; nil stops.
  init(at last: Int, _ end: End = .kill, atLast: (@Sendable () -> Bool)? = nil) {
    self.last = last
    self.end = end
    self.atLast = atLast
  }

  /// How many operations there were.
  var count: Int { state.withLock { $0.count } }
  /// Whether the end came.
  var hasStopped: Bool { state.withLock { $0.hasStopped } }
  /// The files and folders that a power failure would still change.
  var unsynchronized: [String] { state.withLock { Array($0.survivingSizes.keys) + $0.newNames }.sorted() }

  /// Does one operation, or fails.
  private func perform<Result>(
    dying: () -> Void = {}, _ work: (inout State) throws(SystemError) -> Result
  ) throws(SystemError) -> Result {
    let isLast = state.withLock { state in
      state.count += 1
      return state.count == last && !state.hasStopped
    }
    if isLast, atLast?() ?? true {
      dying()
      state.withLock { state in
        state.hasStopped = true
        guard end == .powerFailure else { return }
        for (path, size) in state.survivingSizes { truncate(path, size) }
      }
    }
    return try state.withLock { (state) throws(SystemError) in
      if state.hasStopped { throw SystemError(code: EIO) }
      return try work(&state)
    }
  }

  func makeDirectory(_ path: String) throws(SystemError) {
    try perform { (state) throws(SystemError) in
      try system.makeDirectory(path)
      state.newNames.insert(folder(of: path))
    }
  }

  func open(_ path: String, _ flags: Int32) throws(SystemError) -> Int32 {
    try perform { (state) throws(SystemError) in
      let descriptor = try system.open(path, flags)
      state.paths[descriptor] = path
      return descriptor
    }
  }

  func write(_ pieces: [Data], to descriptor: Int32) throws(SystemError) {
    let whole = pieces.reduce(Data(), +)
    try perform(dying: { try? system.write([whole.prefix(whole.count / 2)], to: descriptor) }) {
      (state) throws(SystemError) in
      var status = stat()
      fstat(descriptor, &status)
      try system.write(pieces, to: descriptor)
      if let path = state.paths[descriptor], state.survivingSizes[path] == nil {
        state.survivingSizes[path] = status.st_size
      }
    }
  }

  func synchronize(_ descriptor: Int32) throws(SystemError) {
    // Not really: a real disk would make thousands of cases slow, and nothing here fails but this class.
    try perform { (state) throws(SystemError) in
      guard let path = state.paths[descriptor] else { throw SystemError(code: EBADF) }
      state.survivingSizes[path] = nil
      state.newNames.remove(path)
    }
  }

  func close(_ descriptor: Int32) throws(SystemError) {
    // The system closes what a killed process had open.
    try system.close(descriptor)
    try perform { (state) throws(SystemError) in state.paths[descriptor] = nil }
  }

  func rename(_ path: String, to target: String) throws(SystemError) {
    try perform { (state) throws(SystemError) in
      try system.rename(path, to: target)
      state.survivingSizes[target] = state.survivingSizes.removeValue(forKey: path)
      state.newNames.insert(folder(of: target))
    }
  }

  func remove(_ path: String) throws(SystemError) {
    try perform { (state) throws(SystemError) in
      try system.remove(path)
      state.survivingSizes[path] = nil
    }
  }

  /// As it is opened to be synchronised: with its slash.
  private func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
  }
}

/// At which of a run's file operations tests stop it: at every fifth, or at all of them with HYPERROUTER_STOPS=1.
enum Stops {
  private static let distance = ProcessInfo.processInfo.environment["HYPERROUTER_STOPS"].flatMap { Int($0) } ?? 5

  /// The numbers of some operations, spread evenly.
  ///
  /// - Parameters:
  ///   - operations: How many there are.
  ///   - first: Which of the first ones is taken, so that tests differ in what they take.
  static func numbers(of operations: Int, from first: Int = 1) -> [Int] {
    Array(stride(from: min(first, max(1, distance)), through: operations, by: max(1, distance)))
  }
}
