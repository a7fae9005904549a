import Foundation
import Kernels
import RunFiles
import Tensors

extension ModelBenchmark {
  /// One line of the memory table: what a process holds early and late in a run.
  public struct MemoryRow: Codable, Described, Sendable {
    package static let words = "memory_row: what the process holds after an early and a late step"
    /// The sizes.
    public let preset: String
    /// The threads.
    public let threads: Int
    /// The early step, when every buffer has been asked for once.
    public let earlyStep: Int
    /// The late step.
    public let lateStep: Int
    /// What is resident after the early step, in 10⁶ bytes.
    public let earlyMb: Double
    /// What is resident after the late step, in 10⁶ bytes.
    public let lateMb: Double

    /// What was added between them, in 10⁶ bytes.
    public var growth: Double { lateMb - earlyMb }
  }

  /// After which steps the memory in use is looked at; fewer if quick.
  public static func memorySteps(isQuick: Bool) -> (early: Int, late: Int) {
    isQuick ? (30, 300) : (100, 1000)
  }

  /// Trains and looks at the memory in use, at an early and at a late step.
  public func memory(threads: Int) throws -> MemoryRow {
    let (earlyStep, lateStep) = Self.memorySteps(isQuick: isQuick)
    releaseUnusedMemory()
    let trainer = try trainer(configuration(), k: preset.sizes.k, Workers(count: threads))
    var early = 0.0
    for step in 1...lateStep {
      _ = try trainer.step()
      if step == earlyStep { early = ProcessMemory.resident }
    }
    return MemoryRow(
      preset: preset.rawValue, threads: threads, earlyStep: earlyStep, lateStep: lateStep, earlyMb: early,
      lateMb: ProcessMemory.resident)
  }
}

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
