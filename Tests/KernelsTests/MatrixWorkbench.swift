import TestSupport

@testable import Kernels
@testable import Tensors

/// The operands of one product in memory of their own, surrounded by NaN (A, B, bias) or by a mark (C).
final class MatrixWorkbench<S: Real> {
  static var mark: S { -77_777 }

  let rows: Int
  let columns: Int
  let depth: Int
  let product: MatrixProduct<S>
  private let a: UnsafeMutableBufferPointer<S>
  private let b: UnsafeMutableBufferPointer<S>
  private let c: UnsafeMutableBufferPointer<S>
  private let bias: UnsafeMutableBufferPointer<S>
  let first: Int

  // `gap`: the unused scalars between neighbouring rows (or columns, if transposed), and before and after C.
  // `spread`: the distance between neighbours within a row.
  // `integers`: whether the numbers are small integers, whose sums are exact in any order.
  init(
    _ rows: Int, _ depth: Int, _ columns: Int, transposedA: Bool = false, transposedB: Bool = false, gap: Int = 0,
    spread: Int = 1, scale: S = 1, accumulate: Bool = false, bias withBias: Bool = false, relu: Bool = false,
    integers: Bool = true, seed: UInt64 = 1
  ) {
    self.rows = rows
    self.columns = columns
    self.depth = depth
    var random = Random(seed: seed)
    func draw() -> S { S(integers ? Double(random.below(17)) - 8 : 2 * random.uniform() - 1) }
    func operand(_ rows: Int, _ columns: Int, _ transposed: Bool) -> (UnsafeMutableBufferPointer<S>, MatrixOperand<S>) {
      let (lines, length) = transposed ? (columns, rows) : (rows, columns)
      let stride = length * spread + gap
      // Exactly as long as needed: the sanitizer sees one element too many.
      let count = lines == 0 || length == 0 ? 1 : (lines - 1) * stride + (length - 1) * spread + 1
      let memory = UnsafeMutableBufferPointer<S>.allocate(capacity: count)
      memory.initialize(repeating: .nan)
      for line in 0..<lines { for i in 0..<length { memory[line * stride + i * spread] = draw() } }
      let matrix = MatrixOperand(UnsafePointer(memory.baseAddress!), rowStride: stride, columnStride: spread)
      return (memory, transposed ? matrix.transposed : matrix)
    }
    let (aMatrix, bMatrix): (MatrixOperand<S>, MatrixOperand<S>)
    (a, aMatrix) = operand(rows, depth, transposedA)
    (b, bMatrix) = operand(depth, columns, transposedB)
    first = gap
    c = .allocate(capacity: max(1, gap + rows * (columns + gap)))
    c.initialize(repeating: Self.mark)
    bias = .allocate(capacity: max(1, columns))
    for column in 0..<max(1, columns) { bias[column] = draw() }
    product = MatrixProduct(
      rows: rows, columns: columns, depth: depth, a: aMatrix, b: bMatrix, c: c.baseAddress! + first,
      cRowStride: columns + gap, scale: scale, accumulate: accumulate,
      bias: withBias ? UnsafePointer(bias.baseAddress!) : nil,
      relu: relu)
    for row in 0..<rows { for column in 0..<columns { product.c[row * product.cRowStride + column] = draw() } }
  }

  deinit {
    for memory in [a, b, c, bias] { memory.deallocate() }
  }

  /// All of C's memory, marks included, after `body` has run on the initial C; the initial C is restored.
  func result(_ body: (MatrixProduct<S>) -> Void) -> [S] {
    let before = Array(c)
    body(product)
    defer { for index in before.indices { c[index] = before[index] } }
    return Array(c)
  }

  func setA(_ row: Int, _ k: Int, _ value: S) {
    a[product.a.at(row, k) - UnsafePointer(a.baseAddress!)] = value
  }

  /// How the fast product differs from the definition, marks included.
  func mismatchWithDefinition(absolute: S = 0, threads: Int = 1) -> String? {
    let expected = result { MatrixProduct.definition($0) }
    let actual = result { $0.multiply(workers: Workers(count: threads)) }
    return mismatch(actual, expected, absolute: absolute)
  }

  /// All of C's memory by three loops over the operands, in double precision: exact for small integers.
  func loops() -> [S] {
    var all = Array(c)
    for row in 0..<rows {
      for column in 0..<columns {
        var sum = 0.0
        for k in 0..<depth {
          let (left, right) = (row * product.a.rowStride + k * product.a.columnStride, k * product.b.rowStride)
          sum += Double(a[left]) * Double(b[right + column * product.b.columnStride])
        }
        let place = first + row * product.cRowStride + column
        sum = Double(product.scale) * sum + (product.accumulate ? Double(all[place]) : 0)
        if product.bias != nil { sum += Double(bias[column]) }
        all[place] = S(product.relu ? max(sum, 0) : sum)
      }
    }
    return all
  }
}
