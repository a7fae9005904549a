import Foundation

/// The largest amount of memory that this process has had in use.
enum PeakMemory {
  /// Forgets the peak so far, where the system can: on Linux.
  static func reset() {
    try? Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
  }

  /// The peak in megabytes (10⁶ bytes).
  static var megabytes: Double {
    #if os(Linux)
      let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
      let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
      return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }.map {
        $0 * 1024 / 1e6
      } ?? 0
    #else
      var usage = rusage()
      getrusage(RUSAGE_SELF, &usage)
      return Double(usage.ru_maxrss) / 1e6
    #endif
  }
}
