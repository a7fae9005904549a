/// The sizes and memory of one relative attention, shared by its forward and backward kernels.
///
/// Batch first: q and o are B×T×w, kv is B×K×2w (keys in the first w columns, values in the others), r is K×w, u and v
/// are of length w = H·d_h; head h owns columns h·d_h ..< (h+1)·d_h. Probabilities are B×H×T×K.
///
/// Queries are worked on in blocks of rows. A block reads only the keys that its last row may see, so the masked half of
/// the scores is never computed; and of the position table only the rows that its distances need.
public struct RelativeAttentionKernel<S: Real> {
  let batch: Int
  let queries: Int
  let keys: Int
  let heads: Int
  let headWidth: Int
  let q: UnsafePointer<S>
  let kv: UnsafePointer<S>
  let r: UnsafePointer<S>
  let u: UnsafePointer<S>
  let v: UnsafePointer<S>
  /// The probability to drop an attention weight, and the mask's key.
  let dropout: (rate: S, key: UInt64)?

  /// Rows of queries worked on at a time.
  static var blockRows: Int { 32 }

  var width: Int { heads * headWidth }
  var memory: Int { keys - queries }
  var scale: S { 1 / S(headWidth).squareRoot() }

  /// Describes a problem; pointers must stay valid while a kernel runs.
  ///
  /// - Parameters:
  ///   - q: Queries, B×T×w.
  ///   - kv: Keys and values, B×K×2w.
  ///   - r: Projected positions, K×w; row ρ is distance K−1−ρ.
  ///   - dropout: The rate and key of attention dropout, or nil.
  public init(
    batch: Int, queries: Int, keys: Int, heads: Int, headWidth: Int, q: UnsafePointer<S>, kv: UnsafePointer<S>,
    r: UnsafePointer<S>, u: UnsafePointer<S>, v: UnsafePointer<S>, dropout: (rate: S, key: UInt64)?
  ) {
    self.batch = batch
    self.queries = queries
    self.keys = keys
    self.heads = heads
    self.headWidth = headWidth
    self.q = q
    self.kv = kv
    self.r = r
    self.u = u
    self.v = v
    self.dropout = dropout
  }

  /// A block of query rows of one head.
  struct Block {
    let rows: Range<Int>
    /// Keys that the last row sees: 0 ..< visible.
    ///
    /// As many rows of the position table are in use, its last ones.
    let visible: Int
    /// The first position in use, counted down to where a panel of packed positions begins.
    let firstPosition: Int
    /// How many positions there are from there on.
    let positionCount: Int
    /// The positions before the first one in use.
    var unused: Int { positionCount - visible }
  }

  /// The blocks, last first: the first one handled then covers all keys, and the others add to it.
  var blocks: [Block] {
    stride(from: 0, to: queries, by: Self.blockRows).reversed().map { start in
      let end = min(queries, start + Self.blockRows)
      let firstPosition = (queries - end) / S.Vector.scalarCount * S.Vector.scalarCount
      return Block(
        rows: start..<end, visible: memory + end, firstPosition: firstPosition, positionCount: keys - firstPosition)
    }
  }

  func queryPointer(_ b: Int, _ h: Int) -> UnsafePointer<S> { q + b * queries * width + h * headWidth }
  func keyPointer(_ b: Int, _ h: Int) -> UnsafePointer<S> { kv + b * keys * 2 * width + h * headWidth }
  func valuePointer(_ b: Int, _ h: Int) -> UnsafePointer<S> { keyPointer(b, h) + width }
  func probabilityOffset(_ b: Int, _ h: Int) -> Int { (b * heads + h) * queries * keys }

  /// Writes q + bias for all queries of one head, times a factor, into a contiguous T×d_h matrix.
  @inline(__always)
  func addBias(_ bias: UnsafePointer<S>, _ b: Int, _ h: Int, times factor: S, into target: UnsafeMutablePointer<S>) {
    let (source, bias, factor) = (queryPointer(b, h), bias + h &* headWidth, S.Vector.splat(factor))
    for i in 0..<queries {
      let (from, to) = (source + i &* width, target + i &* headWidth)
      @inline(__always) func body(_ c: Int, _ n: Int) {
        Prefetch.line(from + (Prefetch.distance &* width &+ c))
        let sum = S.Vector.plus(Kernel.read(from, c, n), Kernel.read(bias, c, n))
        Kernel.write(S.Vector.times(sum, factor), to, c, n)
      }
      Kernel.forEachVector(of: S.self, count: headWidth, body)
    }
  }

  /// The scalars that one head's keys, values or positions take as a packed d_h×K matrix.
  var columnPanels: Int { Packing<S>.size(depth: headWidth, columns: keys) }
  /// The scalars that they take as a packed K×d_h matrix.
  var rowPanels: Int { Packing<S>.size(depth: keys, columns: headWidth) }

  /// Packs one head's rows as the columns of a right factor d_h×K, which is used by every block.
  @inline(__always)
  func packColumns(_ rows: UnsafePointer<S>, stride: Int, into panels: UnsafeMutablePointer<S>) {
    Packing<S>.pack(
      MatrixOperand(rows, rowStride: 1, columnStride: stride), depth: headWidth, columns: keys, into: panels)
  }

  /// Packs one head's rows as a right factor K×d_h.
  @inline(__always)
  func packRows(_ rows: UnsafePointer<S>, stride: Int, into panels: UnsafeMutablePointer<S>) {
    Packing<S>.pack(MatrixOperand(rows, rowStride: stride), depth: keys, columns: headWidth, into: panels)
  }
}

/// Calls a closure with scratch memory from the pool.
func withScratch<S: Real, Result>(
  _ count: Int, of type: S.Type, _ body: (UnsafeMutablePointer<S>) throws -> Result
) rethrows -> Result {
  let size = BufferPool.blockSize(count &* MemoryLayout<S>.stride)
  let block = BufferPool.take(size)
  defer { BufferPool.give(block, size: size) }
  return try body(block.bindMemory(to: S.self, capacity: count))
}
