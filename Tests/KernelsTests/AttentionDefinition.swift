import Foundation

@testable import Kernels
@testable import Tensors

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
