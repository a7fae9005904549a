import TestSupport
import Testing

@testable import Kernels
@testable import Tensors

@Suite("Matrix product")
struct MatrixProductTests {
  static let sizes = [1, 2, 3, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 63, 64, 65, 129, 200, 257, 300]

  private func check<S: Real>(_ scalar: S.Type, _ cases: Int, seed: UInt64) {
    var random = Random(seed: seed)
    func size() -> Int { Self.sizes[random.below(Self.sizes.count)] }
    for number in 0..<cases {
      let (m, k, n) = (size(), size(), size())
      let (ta, tb) = (random.bernoulli(0.5), random.bernoulli(0.5))
      let (gap, spread) = (random.bernoulli(0.5) ? 5 : 0, random.bernoulli(0.2) ? 3 : 1)
      let (accumulate, bias, relu) = (random.bernoulli(0.3), random.bernoulli(0.3), random.bernoulli(0.3))
      let bench = MatrixWorkbench<S>(
        m, k, n, transposedA: ta, transposedB: tb, gap: gap, spread: spread, scale: random.bernoulli(0.3) ? 0.5 : 1,
        accumulate: accumulate, bias: bias, relu: relu, seed: seed &+ UInt64(number))
      let problem = bench.mismatchWithDefinition()
      #expect(problem == nil, "\(S.self) \(m)×\(k)×\(n) transposed \(ta) \(tb) gap \(gap) spread \(spread)")
    }
  }

  @Test("Integer matrices of any size, strides and epilogue: exactly the definition's numbers, nothing written outside")
  func definition() {
    check(Float.self, 300, seed: 1)
    check(Double.self, 300, seed: 2)
  }

  @Test(
    "A large product that would be a single tile is two of about equal width, whatever its width; a small one is one")
  func loneTile() {
    for columns in [129, 130, 160, 200, 257, 384, 511, 512] {
      let bench = MatrixWorkbench<Float>(128, 256, columns, transposedA: true, transposedB: false)
      let tiling = Tiling(bench.product)
      #expect(tiling.count == 2, "\(columns) columns: \(tiling.count) tiles of \(tiling.columns)")
      #expect(2 * (columns - tiling.columns) > tiling.columns - 64, "\(columns): \(tiling.columns)")
      let problem = bench.mismatchWithDefinition()
      #expect(problem == nil, "\(columns)")
    }
    #expect(Tiling(MatrixWorkbench<Float>(64, 128, 128, transposedA: true, transposedB: false).product).count == 1)
  }

  @Test("Random reals: within the rounding of a sum of k products")
  func rounding() {
    for (m, k, n) in [(65, 300, 47), (128, 1000, 33), (9, 17, 205)] {
      // Every partial sum is below √k · 1 in all but freak cases; each of k roundings errs by half a unit of it.
      let float = MatrixWorkbench<Float>(m, k, n, gap: 1, bias: true, integers: false)
      #expect(float.mismatchWithDefinition(absolute: Float(k) * Float(k).squareRoot() * .ulpOfOne) == nil)
      let double = MatrixWorkbench<Double>(m, k, n, transposedB: true, integers: false)
      #expect(double.mismatchWithDefinition(absolute: Double(k) * Double(k).squareRoot() * .ulpOfOne) == nil)
    }
  }

  @Test("Without depth, C is relu(C + bias), or zero")
  func noDepth() {
    for (accumulate, bias, relu) in [
      (false, false, false), (true, false, true), (false, true, true), (true, true, false),
    ] {
      let bench = MatrixWorkbench<Float>(13, 0, 37, gap: 2, accumulate: accumulate, bias: bias, relu: relu)
      #expect(bench.mismatchWithDefinition() == nil)
    }
  }

  @Test("Without rows or columns, or without any product, nothing is written")
  func empty() {
    MatrixProduct<Float>.multiply([], workers: Workers(count: 2))
    for (m, k, n) in [(0, 5, 7), (5, 7, 0), (0, 0, 0)] {
      let bench = MatrixWorkbench<Double>(m, k, n, gap: 3, bias: true)
      #expect(bench.result { $0.multiply(workers: .one) } == bench.result { _ in })
    }
  }

  @Test("NaN and infinity reach exactly the rows they belong to, also through relu")
  func notFinite() {
    for (m, k, n) in [(11, 20, 45), (70, 300, 37)] {
      let bench = MatrixWorkbench<Float>(m, k, n, transposedA: true, bias: true, relu: true)
      bench.setA(3, 7, .nan)
      bench.setA(5, 2, .infinity)
      let expected = bench.result { MatrixProduct.definition($0) }
      let actual = bench.result { $0.multiply(workers: .one) }
      #expect(zip(actual, expected).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) })
      #expect(actual[(3 * n)..<(4 * n)].allSatisfy { $0.isNaN })
      #expect(actual[..<(3 * n)].allSatisfy { $0.isFinite })
    }
  }

  @Test("The same bits for 1, 2, 3 and 7 threads")
  func threads() {
    for (m, k, n) in [(600, 700, 300), (1024, 64, 205), (5, 300, 900)] {
      let bench = MatrixWorkbench<Float>(m, k, n, transposedB: true, bias: true, integers: false)
      let one = bench.result { $0.multiply(workers: .one) }
      for count in [2, 3, 7] {
        #expect(bench.result { $0.multiply(workers: Workers(count: count)) } == one)
      }
    }
  }

  private func checkRowAlone<S: Real>(_ bench: MatrixWorkbench<S>, rows: [Int]) {
    let (stride, n) = (bench.product.cRowStride, bench.columns)
    let before = bench.result { _ in }
    let all = bench.result { $0.multiply(workers: .one) }
    for row in rows {
      let own = bench.first + row * stride..<bench.first + row * stride + n
      let alone = bench.result {
        var product = $0
        product.rows = 1
        product.a.pointer += row * product.a.rowStride
        product.c += row * product.cRowStride
        product.multiply(workers: .one)
      }
      #expect(alone[own] == all[own], "\(S.self) row \(row) of \(bench.rows)×\(bench.depth)×\(n)")
      #expect(alone[..<own.lowerBound] == before[..<own.lowerBound])
      #expect(alone[own.upperBound...] == before[own.upperBound...])
    }
  }

  @Test("A row gives the same bits alone as among others", arguments: [false, true])
  func rowAlone(transposedB: Bool) {
    checkRowAlone(MatrixWorkbench<Float>(40, 600, 90, transposedB: transposedB, integers: false), rows: [0, 7, 39])
    for (k, n) in [(1, 1), (3, 5), (16, 16), (18, 33), (63, 47), (300, 130)] {
      for epilogue in [false, true] {
        checkRowAlone(
          MatrixWorkbench<Float>(
            6, k, n, transposedB: transposedB, gap: 3, scale: epilogue ? 0.3 : 1, accumulate: epilogue, bias: epilogue,
            relu: epilogue, integers: false), rows: [0, 5])
        checkRowAlone(
          MatrixWorkbench<Double>(
            6, k, n, transposedA: true, transposedB: transposedB, gap: 3, scale: epilogue ? 0.3 : 1,
            accumulate: epilogue, bias: epilogue, integers: false), rows: [0, 5])
      }
    }
  }

  @Test("A group of unequal loads, some empty, equals its members one by one", arguments: [1, 2, 3, 7])
  func group(threads: Int) {
    let loads = [0, 3, 700, 0, 0, 64, 1, 129, 0]
    let benches = loads.indices.map {
      MatrixWorkbench<Float>(loads[$0], 96, 130, gap: 4, bias: true, relu: true, seed: UInt64($0))
    }
    let expected = benches.map { $0.result { MatrixProduct.definition($0) } }
    MatrixProduct.multiply(benches.map(\.product), workers: Workers(count: threads))
    for (bench, expected) in zip(benches, expected) {
      #expect(mismatch(bench.result { _ in }, expected) == nil)
    }
  }
}

@Suite("Multiply-add peak")
struct MultiplyAddPeakTests {
  @Test("Two threads reach about what one does, or twice it: not all their runs counted as one, nor one as several")
  func threads() {
    // A machine that others use may be slow for one reading and quick for the next; a wrong count is wrong in all.
    let ratios = (0..<5).map { _ in
      MultiplyAddPeak.gigaflops(Float.self, repeats: 20, workers: Workers(count: 2))
        / MultiplyAddPeak.gigaflops(Float.self, repeats: 20)
    }
    #expect(ratios.contains { $0 > 0.3 && $0 < 2.6 }, "\(ratios)")
  }

  @Test("No product exceeds twice the measured peak")
  func plausible() {
    let peak = MultiplyAddPeak.gigaflops(Float.self, repeats: 20)
    let size = 256
    let numbers = [Float](repeating: 0.5, count: size * size)
    var result = numbers
    var fastest = Duration.seconds(1)
    numbers.withUnsafeBufferPointer { factor in
      result.withUnsafeMutableBufferPointer { c in
        guard let factor = factor.baseAddress, let c = c.baseAddress else { return }
        let matrix = MatrixOperand(factor, rowStride: size)
        let product = MatrixProduct(
          rows: size, columns: size, depth: size, a: matrix, b: matrix, c: c, cRowStride: size)
        for _ in 0..<10 { fastest = min(fastest, ContinuousClock().measure { product.multiply(workers: .one) }) }
      }
    }
    #expect(2 * Double(size * size * size) / (fastest / .nanoseconds(1)) < 2 * peak)
  }
}
