import Foundation

extension Process {
  /// Waits for a moment of the process's work, or for its end.
  func wait(until isTime: () -> Bool) {
    while isRunning, !isTime() { usleep(500) }
  }

  /// Whether the process has taken Control-C into its own hands: then the signal waits for one thread of it.
  var watchesControlC: Bool { has(SIGINT, in: "SigBlk") }

  /// Whether the process ignores a signal.
  func ignores(_ signal: Int32) -> Bool { has(signal, in: "SigIgn") }

  private func has(_ signal: Int32, in set: String) -> Bool {
    #if os(Linux)
      let path = "/proc/\(processIdentifier)/status"
      guard let status = try? String(contentsOfFile: path, encoding: .utf8) else { return isRunning }
      let line = status.split(separator: "\n").first { $0.hasPrefix("\(set):") }
      let signals = line?.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) } ?? 0
      return signals & (1 << UInt64(signal - 1)) != 0
    #else
      // macOS does not say which signals a process blocks; after a second it has long done so.
      usleep(1_000_000)
      return isRunning
    #endif
  }
}
