import Kernels
import Testing

@testable import Kernels
@testable import Tensors

enum AttentionCase: KernelCase {
  static let statement =
    "Relative attention, its probabilities and all five gradients equal loops over queries and keys"
  static let kernels = [
    "RelativeAttentionKernel.forward(o:probabilities:workers:)",
    "RelativeAttentionKernel.backward(_:probabilities:dO:workers:)",
    "RelativeAttentionKernel.forwardOneQuery(o:workers:)",
  ]
  static var sizes: [AttentionSize] { KernelSizes.attentions }

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ size: AttentionSize, _ ledger: Ledger) {
    let problem = AttentionProblem<S>(size)
    let definition = AttentionDefinition(size, problem.inputs)
    let (B, T, K, w) = (size.batch, size.queries, size.keys, size.width)
    let kernel = problem.kernel
    func hold(_ what: String, _ found: [S], _ expected: [Double], terms: Int) {
      // Scores are sums of 2·d_h products and their errors those of the probabilities; every other number is a sum of
      // `terms` products. At worst all roundings of numbers as large as the largest add up.
      let largest = expected.reduce(1) { max($0, abs($1)) }
      let bound = Double(2 * size.headWidth + terms) * Double(S.ulpOfOne) * largest
      ledger.expectEqual(found.map { Double($0) }, expected, absolute: bound, "\(size): \(what)")
    }

    // P of the future is not written outside of a block, and zero inside: compared are the keys that are seen.
    var probabilities = [S](repeating: .nan, count: B * size.heads * T * K)
    let o = sameForAnyWorkers([S](repeating: 7, count: B * T * w)) { o, workers in
      probabilities = guarded(probabilities) { kernel.forward(o: o, probabilities: $0, workers: workers) }
    }
    hold("o", o, definition.o, terms: K)
    let seen = probabilities.indices.filter { $0 % K <= $0 / K % T + size.memory }
    hold("P", seen.map { probabilities[$0] }, seen.map { definition.probabilities[$0] }, terms: K)
    let evaluated = sameForAnyWorkers([S](repeating: 7, count: B * T * w)) {
      kernel.forward(o: $0, probabilities: nil, workers: $1)
    }
    hold("o without P", evaluated, definition.o, terms: K)
    if T == 1 && size.dropout == 0 {
      let direct = guarded([S](repeating: 7, count: B * w)) { kernel.forwardOneQuery(o: $0, workers: .one) }
      hold("o of one query", direct, definition.o, terms: K)
    }

    var others: [[S]] = []
    let dq = sameForAnyWorkers([S](repeating: 7, count: B * T * w)) { dq, workers in
      var found = [B * K * 2 * w, K * w, w, w].map { [S](repeating: 7, count: $0) }
      found[0] = guarded(found[0]) { dkv in
        found[1] = guarded(found[1]) { dr in
          found[2] = guarded(found[2]) { du in
            found[3] = guarded(found[3]) { dv in
              kernel.backward(
                .init(dq: dq, dkv: dkv, dr: dr, du: du, dv: dv), probabilities: probabilities,
                dO: problem.dO.pointer, workers: workers)
            }
          }
        }
      }
      if !others.isEmpty { ledger.expectEqual(found.flatMap { $0 }, others.flatMap { $0 }, "\(size): same bits") }
      others = found
    }
    hold("dq", dq, definition.dq, terms: 2 * K)
    hold("dkv", others[0], definition.dkv, terms: K + T)
    hold("dr", others[1], definition.dr, terms: K + B * T)
    hold("du", others[2], definition.du, terms: K + B * T)
    hold("dv", others[3], definition.dv, terms: K + B * T)
  }
}

enum AttentionPartsCase: KernelCase {
  static let statement = "The parts of relative attention find, bias, pack and drop the rows of each head"
  static let kernels =
    ["queryPointer(_:_:)", "keyPointer(_:_:)", "valuePointer(_:_:)", "probabilityOffset(_:_:)"].map {
      "RelativeAttentionKernel.\($0)"
    } + [
      "RelativeAttentionKernel.addBias(_:_:_:times:into:)", "RelativeAttentionKernel.packColumns(_:stride:into:)",
      "RelativeAttentionKernel.packRows(_:stride:into:)", "RelativeAttentionKernel.dropRows(_:_:_:_:into:stride:)",
      "withScratch(_:of:_:)",
    ]
  static var sizes: [AttentionSize] { KernelSizes.attentions }

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ size: AttentionSize, _ ledger: Ledger) {
    let problem = AttentionProblem<S>(size)
    let kernel = problem.kernel
    let (T, K, w, d_h, lanes) = (size.queries, size.keys, size.width, size.headWidth, S.Vector.scalarCount)
    for b in 0..<size.batch {
      for h in 0..<size.heads {
        let offsets = [
          kernel.queryPointer(b, h) - kernel.q, kernel.keyPointer(b, h) - kernel.kv,
          kernel.valuePointer(b, h) - kernel.kv,
          kernel.probabilityOffset(b, h),
        ]
        let key = b * K * 2 * w + h * d_h
        ledger.expectEqual(
          offsets.map { S($0) }, [b * T * w + h * d_h, key, key + w, (b * size.heads + h) * T * K].map { S($0) },
          "places")
        let sums = guarded([S](repeating: 7, count: T * d_h)) {
          kernel.addBias(problem.u.pointer, b, h, times: -2, into: $0)
        }
        let expected = sums.indices.map { index -> S in
          let c = h * d_h + index % d_h
          return -2 * (problem.q[(b * T + index / d_h) * w + c] + problem.u[c])
        }
        ledger.expectEqual(sums, expected, "\(size): addBias")

        let columns = guarded([S](repeating: 7, count: Packing<S>.size(depth: d_h, columns: K))) {
          kernel.packColumns(kernel.keyPointer(b, h), stride: 2 * w, into: $0)
        }
        let rows = guarded([S](repeating: 7, count: Packing<S>.size(depth: K, columns: d_h))) {
          kernel.packRows(kernel.keyPointer(b, h), stride: 2 * w, into: $0)
        }
        var (byColumn, byRow, keys): ([S], [S], [S]) = ([], [], [])
        for j in 0..<K {
          for c in 0..<d_h {
            byColumn.append(columns[j / lanes * lanes * d_h + c * lanes + j % lanes])
            byRow.append(rows[c / lanes * lanes * K + j * lanes + c % lanes])
            keys.append(problem.kv[key + j * 2 * w + c])
          }
        }
        ledger.expectEqual(byColumn, keys, "\(size): packColumns")
        ledger.expectEqual(byRow, keys, "\(size): packRows")
      }
    }
    checkDropping(problem, ledger)
    let scratch = withScratch(100, of: S.self) { scratch in
      for index in 0..<100 { scratch[index] = S(index) }
      return (0..<100).reduce(0) { $0 + scratch[$1] }
    }
    ledger.expectEqual([scratch], [4950], "scratch")
  }

  private static func checkDropping<S: Real>(_ problem: AttentionProblem<S>, _ ledger: Ledger) {
    let (size, kernel) = (problem.size, problem.kernel)
    guard size.dropout > 0, let block = kernel.blocks.first else { return }
    let (K, count, stride) = (size.keys, block.rows.count, block.visible + 2)
    let (rows, mask): ([S], [Double]) = (normals(count * K, seed: 97), problem.inputs.mask)
    let head = (size.batch - 1, size.heads - 1)
    let dropped = guarded([S](repeating: 7, count: count * stride)) {
      kernel.dropRows(rows, head.0, head.1, block, into: $0, stride: stride)
    }
    var expected = [S](repeating: 7, count: count * stride)
    for row in 0..<count {
      for j in 0..<block.visible {
        let place = ((head.0 * size.heads + head.1) * size.queries + block.rows.lowerBound + row) * K + j
        expected[row * stride + j] = rows[row * K + j] * S(mask[place])
      }
    }
    ledger.expectEqual(dropped, expected, relative: 2 * S.ulpOfOne, "\(size): dropRows")
  }
}

/// The operands of one attention at places that stay.
private final class AttentionProblem<S: Real> {
  let size: AttentionSize
  let (q, kv, r, u, v, dO): (Memory<S>, Memory<S>, Memory<S>, Memory<S>, Memory<S>, Memory<S>)

  init(_ size: AttentionSize) {
    self.size = size
    let (B, T, K, w) = (size.batch, size.queries, size.keys, size.width)
    let operands = [B * T * w, B * K * 2 * w, K * w, w, w, B * T * w].enumerated().map {
      Memory<S>(normals($0.element, seed: 100 + UInt64($0.offset)))
    }
    (q, kv, r, u, v, dO) = (operands[0], operands[1], operands[2], operands[3], operands[4], operands[5])
  }

  var kernel: RelativeAttentionKernel<S> {
    RelativeAttentionKernel(
      batch: size.batch, queries: size.queries, keys: size.keys, heads: size.heads, headWidth: size.headWidth,
      q: q.pointer, kv: kv.pointer, r: r.pointer, u: u.pointer, v: v.pointer,
      dropout: size.dropout > 0 ? (S(size.dropout), 5) : nil)
  }

  /// The same numbers in double precision, and the mask of dropout over B×H×T×K as factors.
  var inputs: AttentionDefinition.Inputs {
    let count = size.batch * size.heads * size.queries * size.keys
    var mask = [Double](repeating: 1, count: count)
    if size.dropout > 0 {
      mask = guarded(mask) { Kernel.dropout($0, into: $0, rate: size.dropout, key: 5, count: count, workers: .one) }
    }
    func doubles(_ memory: Memory<S>) -> [Double] { memory.scalars.map { Double($0) } }
    return .init(
      q: doubles(q), kv: doubles(kv), r: doubles(r), u: doubles(u), v: doubles(v), dO: doubles(dO), mask: mask)
  }
}
