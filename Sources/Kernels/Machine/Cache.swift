/// What the code assumes of the processor's caches.
enum Cache {
  /// The bytes of the first level.
  #if FIRST_LEVEL_48K
    static let firstLevel = 48 << 10
  #else
    static let firstLevel = 32 << 10
  #endif

  #if arch(x86_64)
    /// The bytes of one line.
    static let line = 64
    /// Lines so many bytes apart fight for the same places in the first level: its size divided by its ways.
    static let aliasing = 4 << 10
  #else
    /// Apple's line; elsewhere two.
    static let line = 128
    static let aliasing = 16 << 10
  #endif
}
