import Foundation
import MixtureOfExperts
import Tensors

/// The last layer's mixture of a post-norm model, its LayerNorm and the scores, by loops over plain arrays: what a trace must
/// find, from weights alone.
struct TraceDefinition {
  let weights: [String: [Double]]
  let sizes: Configuration
  let order: GateOrder
  let k: Int
  let prefix: String

  init(_ model: LanguageModel<Double>, k: Int) {
    weights = Dictionary(
      uniqueKeysWithValues: model.parameters.map { ($0.name, $0.value.scalars) }
        + model.frozen.map { ($0.name, $0.value.scalars) })
    sizes = model.configuration
    order = model.configuration.gateOrder
    self.k = k
    prefix = "layers.\(model.configuration.layers - 1).feedForward."
  }

  /// What an equation gives, from h to y.
  struct Passage {
    var (x, s, g): ([Double], [Double], [Double]) = ([], [], [])  // N each; g is 0 where not chosen
    var chosen: [Int] = []
    var E: [[Double]] = []  // of all experts
    var y: [Double] = []
  }

  private subscript(name: String) -> [Double] { weights[prefix + name] ?? [] }

  /// z, and (W_r | b_r) as N(d+1) numbers.
  func generated(_ e: [Double]) -> (z: [Double], rows: [Double]) {
    let (m, s, outputs) = (e.count, sizes.hypernetworkWidth, sizes.experts * (sizes.modelWidth + 1))
    var (z, o) = ([Double](repeating: 0, count: s), [Double](repeating: 0, count: outputs))
    for unit in 0..<s {
      for i in 0..<m { z[unit] += self["router.hypernetwork.weight1"][unit * m + i] * e[i] }
      z[unit] = max(0, z[unit] + self["router.hypernetwork.bias1"][unit])
    }
    for row in 0..<outputs {
      for unit in 0..<s { o[row] += self["router.hypernetwork.weight2"][row * s + unit] * z[unit] }
      o[row] += self["router.hypernetwork.bias2"][row]
    }
    return (z, o)
  }

  /// ∂(W_r | b_r)/∂e, N(d+1) rows of m, where no unit of 𝓗 is at its kink.
  func derivative(_ e: [Double]) -> [[Double]] {
    let (m, s, z) = (e.count, sizes.hypernetworkWidth, generated(e).z)
    return (0..<sizes.experts * (sizes.modelWidth + 1)).map { row in
      (0..<m).map { i in
        (0..<s).filter { z[$0] > 0 }.reduce(0) {
          $0 + self["router.hypernetwork.weight2"][row * s + $1] * self["router.hypernetwork.weight1"][$1 * m + i]
        }
      }
    }
  }

  /// W_r row by row with b_r after each row, wherever they come from.
  var rows: [Double] {
    if let e = weights[prefix + "router.embedding"] { return generated(e).rows }
    let d = sizes.modelWidth
    return (0..<sizes.experts).flatMap { expert in
      self["router.weight"][expert * d..<(expert + 1) * d] + [self["router.bias"][expert]]
    }
  }

  func passage(_ h: [Double], _ rows: [Double]) -> Passage {
    let (d, N, f) = (sizes.modelWidth, sizes.experts, sizes.expertWidth)
    var found = Passage()
    for expert in 0..<N {
      var x = rows[expert * (d + 1) + d]
      for i in 0..<d { x += rows[expert * (d + 1) + i] * h[i] }
      found.x.append(x)
    }
    let total = found.x.reduce(0) { $0 + exp($1) }
    found.s = found.x.map { exp($0) / total }
    var rest = Array(0..<N)
    while found.chosen.count < k {
      var best = rest[0]
      for expert in rest where found.x[expert] > found.x[best] { best = expert }
      found.chosen.append(best)
      rest.removeAll { $0 == best }
    }
    let among = found.chosen.reduce(0) { $0 + exp(found.x[$1]) }
    found.g = (0..<N).map { expert in
      if !found.chosen.contains(expert) { return 0 }
      return order == .softmaxThenTopK ? found.s[expert] : exp(found.x[expert]) / among
    }
    for expert in 0..<N {
      var hidden = [Double](repeating: 0, count: f)
      for unit in 0..<f {
        for i in 0..<d { hidden[unit] += self["experts.weight1"][(expert * f + unit) * d + i] * h[i] }
        hidden[unit] = max(0, hidden[unit] + self["experts.bias1"][expert * f + unit])
      }
      found.E.append(
        (0..<d).map { i in
          (0..<f).reduce(self["experts.bias2"][expert * d + i]) {
            $0 + self["experts.weight2"][(expert * d + i) * f + $1] * hidden[$1]
          }
        })
    }
    found.y = (0..<d).map { i in (0..<N).reduce(0) { $0 + found.g[$1] * found.E[$1][i] } }
    return found
  }

  /// −ln softmax(LN(h + y)·Embᵀ + b)_target.
  func loss(_ h: [Double], _ y: [Double], target: Int) -> Double {
    let d = sizes.modelWidth
    let sum = zip(h, y).map { $0 + $1 }
    let mean = sum.reduce(0, +) / Double(d)
    let variance = sum.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(d)
    let out = (0..<d).map { i in
      (sum[i] - mean) / (variance + 1e-5).squareRoot() * self["norm.gain"][i] + self["norm.bias"][i]
    }
    let scores = (0..<sizes.vocabulary).map { symbol in
      (0..<d).reduce((weights["output.bias"] ?? [])[symbol]) {
        $0 + out[$1] * (weights["embedding.weight"] ?? [])[symbol * d + $1]
      }
    }
    return log(scores.reduce(0) { $0 + exp($1) }) - scores[target]
  }

  /// Adam's first step of one number, its gradient already clipped.
  static func step(_ gradient: Double, rate: Double) -> Double { -rate * gradient / (abs(gradient) + 1e-8) }

  /// Central differences of a function of several numbers, with Richardson's extrapolation.
  static func gradient(at point: [Double], _ function: ([Double]) -> Double) -> [Double] {
    point.indices.map { index in
      func slope(_ step: Double) -> Double {
        var (up, down) = (point, point)
        up[index] += step
        down[index] -= step
        return (function(up) - function(down)) / (2 * step)
      }
      return (4 * slope(5e-5) - slope(1e-4)) / 3
    }
  }
}
