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

#if NATIVE || arch(arm64)
  /// The compiler's own instruction: whether it is for writing, how near to the core the line goes, and that it is data.
  @_silgen_name("llvm.prefetch.p0")
  private func prefetch(_ address: UnsafeRawPointer, _ write: Int32, _ locality: Int32, _ data: Int32)
#else
  @inline(__always)
  private func prefetch(_ address: UnsafeRawPointer, _ write: Int32, _ locality: Int32, _ data: Int32) {}
#endif

/// What register tiles are going to read next, fetched a few lines at a time while the present one computes.
///
/// Operands that come from the third-level cache or from memory then arrive in time. The processor does not see them
/// coming by itself: eight rows of A or sixteen columns of B are read side by side.
struct Upcoming<S: Real> {
  private var a: PrefetchedRows<S>
  private var b: PrefetchedRows<S>
  private let rowsOfB: Int

  /// Describes what comes next.
  @inline(__always)
  init(a: PrefetchedRows<S>, b: PrefetchedRows<S>, tiles: Int) {
    self.a = a
    self.b = b
    rowsOfB = (b.count &+ tiles &- 1) / max(1, tiles)
  }

  /// Nothing.
  @inline(__always)
  static var nothing: Upcoming { Upcoming(a: .none, b: .none, tiles: 1) }

  /// Fetches one tile's share.
  @inline(__always)
  mutating func fetchShare() {
    a.fetch(RegisterTileShape.tallest)
    b.fetch(rowsOfB)
  }
}

/// Rows, or columns, that lie in memory without gaps.
struct PrefetchedRows<S: Real> {
  private var row: UnsafePointer<S>?
  private(set) var count = 0
  private var stride = 0
  private var width = 0

  /// No rows.
  static var none: PrefetchedRows { PrefetchedRows() }

  private init() {}

  /// Describes the rows or the columns of a matrix, whichever are contiguous.
  @inline(__always)
  init(_ matrix: MatrixOperand<S>, rows: Int, columns: Int) {
    row = matrix.pointer
    if matrix.columnStride == 1 {
      (count, width, stride) = (rows, columns, matrix.rowStride)
    } else if matrix.rowStride == 1 {
      (count, width, stride) = (columns, rows, matrix.columnStride)
    }
  }

  /// Fetches the next rows.
  @inline(__always)
  mutating func fetch(_ wanted: Int) {
    guard count > 0, var first = row else { return }
    let share = min(wanted, count)
    for _ in 0..<share {
      var column = 0
      while column < width {
        Prefetch.distantLine(first + column)
        column &+= Cache.line / MemoryLayout<S>.stride
      }
      first += stride
    }
    row = first
    count &-= share
  }
}
