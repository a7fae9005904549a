import Foundation
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
    // Parts of these: at some of the sizes a fault in any of them shows in o, P or a gradient.
    "RelativeAttentionKernel.queryPointer(_:_:)", "RelativeAttentionKernel.keyPointer(_:_:)",
    "RelativeAttentionKernel.valuePointer(_:_:)", "RelativeAttentionKernel.probabilityOffset(_:_:)",
    "RelativeAttentionKernel.addBias(_:_:_:times:into:)", "RelativeAttentionKernel.packColumns(_:stride:into:)",
    "RelativeAttentionKernel.packRows(_:stride:into:)", "RelativeAttentionKernel.dropRows(_:_:_:_:into:stride:)",
    "withScratch(_:of:_:)",
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

/// Relative attention and its gradients by loops over sequences, heads, queries, keys and columns, in double precision.
///
///     A_ij = ((q_i + u)·k_j + (q_i + v)·r_{i→j}) / √d_h,  j ≤ i + M′;   P = softmax_j(A);   o_i = Σ_j P′_ij v_j
///
/// P′ is P times the mask of dropout, whose entries are 0 or 1 / (1 − rate). Row ρ of r is distance K − 1 − ρ.
struct AttentionDefinition {
  let size: AttentionSize
  private(set) var o: [Double]
  private(set) var probabilities: [Double]
  private(set) var dq: [Double]
  private(set) var dkv: [Double]
  private(set) var dr: [Double]
  private(set) var du: [Double]
  private(set) var dv: [Double]

  /// The inputs of one attention, laid out as the kernel wants them.
  struct Inputs {
    let (q, kv, r, u, v, dO, mask): ([Double], [Double], [Double], [Double], [Double], [Double], [Double])
  }

  init(_ size: AttentionSize, _ x: Inputs) {
    self.size = size
    let (B, T, K, H, w) = (size.batch, size.queries, size.keys, size.heads, size.width)
    o = Array(repeating: 0, count: B * T * w)
    probabilities = Array(repeating: 0, count: B * H * T * K)
    dq = o
    dkv = Array(repeating: 0, count: B * K * 2 * w)
    dr = Array(repeating: 0, count: K * w)
    (du, dv) = (Array(repeating: 0, count: w), Array(repeating: 0, count: w))
    for b in 0..<B {
      for h in 0..<H { for i in 0..<T { addQuery(b, h, i, x) } }
    }
  }

  private mutating func addQuery(_ b: Int, _ h: Int, _ i: Int, _ x: Inputs) {
    let (T, K, w, d_h, M) = (size.queries, size.keys, size.width, size.headWidth, size.memory)
    let scale = 1 / Double(d_h).squareRoot()
    let (query, row) = ((b * T + i) * w, ((b * size.heads + h) * T + i) * K)
    let columns = h * d_h..<(h + 1) * d_h
    var scores = [Double](repeating: 0, count: i + M + 1)
    for j in scores.indices {
      let (key, position) = ((b * K + j) * 2 * w, (K - 1 - (i + M - j)) * w)
      for c in columns {
        scores[j] += (x.q[query + c] + x.u[c]) * x.kv[key + c] + (x.q[query + c] + x.v[c]) * x.r[position + c]
      }
      scores[j] *= scale
    }
    let largest = scores.max() ?? 0
    let exponentials = scores.map { Foundation.exp($0 - largest) }
    let total = exponentials.reduce(0, +)
    // dP_ij = mask_ij · dO_i · v_j, dA_ij = P_ij (dP_ij − Σ_m P_im dP_im)
    var dP = scores
    var mean = 0.0
    for j in scores.indices {
      let (value, p) = ((b * K + j) * 2 * w + w, exponentials[j] / total)
      probabilities[row + j] = p
      dP[j] = 0
      for c in columns {
        o[query + c] += p * x.mask[row + j] * x.kv[value + c]
        dkv[value + c] += p * x.mask[row + j] * x.dO[query + c]
        dP[j] += x.mask[row + j] * x.dO[query + c] * x.kv[value + c]
      }
      mean += p * dP[j]
    }
    for j in scores.indices {
      let (key, position) = ((b * K + j) * 2 * w, (K - 1 - (i + M - j)) * w)
      let dA = scale * probabilities[row + j] * (dP[j] - mean)
      for c in columns {
        dkv[key + c] += dA * (x.q[query + c] + x.u[c])
        dr[position + c] += dA * (x.q[query + c] + x.v[c])
        dq[query + c] += dA * (x.kv[key + c] + x.r[position + c])
        du[c] += dA * x.kv[key + c]
        dv[c] += dA * x.r[position + c]
      }
    }
  }
}
