import Foundation

/// How much memory this process has in use, in megabytes (10⁶ bytes).
enum ProcessMemory {
  /// What is resident now.
  static var resident: Double {
    #if os(Linux)
      return status("VmRSS:")
    #else
      var info = proc_taskinfo()
      let size = Int32(MemoryLayout<proc_taskinfo>.size)
      guard proc_pidinfo(getpid(), PROC_PIDTASKINFO, 0, &info, size) == size else { return 0 }
      return Double(info.pti_resident_size) / 1e6
    #endif
  }

  /// The most that was resident since ``resetPeak()``, or ever where the system cannot forget.
  static var peak: Double {
    #if os(Linux)
      return status("VmHWM:")
    #else
      var usage = rusage()
      getrusage(RUSAGE_SELF, &usage)
      return Double(usage.ru_maxrss) / 1e6
    #endif
  }

  /// Forgets the peak so far, where the system can: on Linux.
  static func resetPeak() {
    try? Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
  }

  #if os(Linux)
    /// A line of the process's status, which the kernel gives in units of 1,024 bytes.
    private static func status(_ name: String) -> Double {
      let lines = ((try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? "").split(separator: "\n")
      let words = lines.first { $0.hasPrefix(name) }?.split(whereSeparator: \.isWhitespace) ?? []
      return words.dropFirst().first.flatMap { Double($0) }.map { $0 * 1024 / 1e6 } ?? 0
    }
  #endif
}
