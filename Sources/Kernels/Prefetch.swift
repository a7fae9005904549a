/// Asks the processor for cache lines before they are needed; not a read, and harmless wherever it points.
enum Prefetch {
  /// How many rows ahead of the one being read loops fetch whose rows lie far apart.
  static var distance: Int { 8 }

  /// Fetches the line at `address` for reading, next to the core.
  @inline(__always)
  static func line(_ address: UnsafeRawPointer) { prefetch(address, 0, 3, 1) }

  /// Fetches the line at `address` for reading, into the second-level cache.
  @inline(__always)
  static func distantLine(_ address: UnsafeRawPointer) { prefetch(address, 0, 2, 1) }

  /// Fetches the line at `address` for writing, next to the core.
  @inline(__always)
  static func lineForWriting(_ address: UnsafeRawPointer) { prefetch(address, 1, 3, 1) }
}

#if NATIVE
  /// The compiler's own instruction: whether it is for writing, how near to the core the line goes, and that it is data.
  @_silgen_name("llvm.prefetch.p0")
  private func prefetch(_ address: UnsafeRawPointer, _ write: Int32, _ locality: Int32, _ data: Int32)
#else
  @inline(__always)
  private func prefetch(_ address: UnsafeRawPointer, _ write: Int32, _ locality: Int32, _ data: Int32) {}
#endif
