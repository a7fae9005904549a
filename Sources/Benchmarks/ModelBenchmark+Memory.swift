import Kernels
import Tensors

extension ModelBenchmark {
  /// One line of the memory table: what a process holds early and late in a run.
  public struct MemoryRow: Encodable, Sendable {
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
  ///
  /// - Throws: `TrainingError` if the loss is not finite.
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
