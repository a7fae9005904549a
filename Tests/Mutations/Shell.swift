import Foundation

/// Runs other programs.
enum Shell {
  /// Ends a process at once, and those that it started, which would go on and slow other runs down.
  ///
  /// Where there is no /proc, only the process itself.
  ///
  /// - Parameter process: Its number.
  static func end(_ process: pid_t) {
    // A child belongs to the thread that started it.
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
    let children = threads.compactMap {
      try? String(contentsOfFile: "/proc/\(process)/task/\($0)/children", encoding: .utf8)
    }
    kill(process, SIGKILL)
    for child in children.joined(separator: " ").split(separator: " ").compactMap({ pid_t($0) }) { end(child) }
  }

  /// Runs a program to its end.
  ///
  /// - Parameters:
  ///   - command: Name and arguments.
  ///   - folder: Where it runs.
  /// - Returns: Its exit status, and all that it printed.
  /// - Throws: What starting it throws.
  static func run(_ command: [String], in folder: URL) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.currentDirectoryURL = folder
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
