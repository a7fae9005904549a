import Foundation

extension Process {
  /// Whether the process has taken Control-C into its own hands: then the signal waits for one thread of it.
  var watchesControlC: Bool {
    let path = "/proc/\(processIdentifier)/status"
    guard let status = try? String(contentsOfFile: path, encoding: .utf8) else { return isRunning }
    let blocked = status.firstMatch(of: /SigBlk:\s*([0-9a-f]+)/).flatMap { UInt64($0.1, radix: 16) } ?? 0
    return blocked & (1 << UInt64(SIGINT - 1)) != 0
  }
}
