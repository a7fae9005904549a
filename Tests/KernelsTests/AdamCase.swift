import Foundation
import Kernels
import Testing

@testable import Kernels
@testable import Tensors

enum AdamCase: LengthCase {
  static let statement = "Three steps of Adam equal the definition"
  static let kernels = [
    "Kernel.adamStep(parameter:gradient:first:second:count:learningRate:decay:beta1:beta2:epsilon:correction1:correction2:"
      + "gradientScale:workers:)"
  ]

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ count: Int, _ ledger: Ledger) {
    let (rate, decay): (S, S) = (1e-2, 3e-3)
    let (beta1, beta2, epsilon, scale): (S, S, S, S) = (0.9, 0.999, 1e-8, 0.25)
    let initial: [S] = normals(count, seed: 61)
    var (w, m, v) = (initial, [S](repeating: 0, count: count), [S](repeating: 0, count: count))
    var states: [[[S]]] = (1...3).map { _ in [w, m, v] }
    for step in 1...3 {
      let g: [S] = normals(count, seed: 61 + UInt64(step))
      let correction1 = 1 - S(pow(Double(beta1), Double(step)))
      let correction2 = 1 - S(pow(Double(beta2), Double(step)))
      for i in 0..<count {
        let gradient = g[i] * scale
        m[i] = beta1 * m[i] + (1 - beta1) * gradient
        v[i] = beta2 * v[i] + (1 - beta2) * gradient * gradient
        w[i] = (1 - decay) * w[i] - rate * (m[i] / correction1) / ((v[i] / correction2).squareRoot() + epsilon)
      }
      for workers in 1...3 {
        var state = states[workers - 1]
        let before = state
        state[0] = guarded(before[0]) { w in
          state[1] = guarded(before[1]) { m in
            state[2] = guarded(before[2]) { v in
              Kernel.adamStep(
                parameter: w, gradient: g, first: m, second: v, count: count, learningRate: rate, decay: decay,
                beta1: beta1, beta2: beta2, epsilon: epsilon, correction1: correction1, correction2: correction2,
                gradientScale: scale, workers: Workers(count: workers))
            }
          }
        }
        states[workers - 1] = state
      }
    }
    let tolerance = 20 * S.ulpOfOne
    #expect(states[0] == states[1] && states[0] == states[2], "the result depends on the number of workers")
    ledger.expectEqual(states[0][0], w, absolute: tolerance, relative: tolerance, "parameter")
    ledger.expectEqual(states[0][1], m, absolute: tolerance, relative: tolerance, "first moment")
    ledger.expectEqual(states[0][2], v, absolute: tolerance, relative: tolerance, "second moment")
  }
}
