import Testing

@testable import Kernels
@testable import Tensors

enum DropoutCase: LengthCase {
  static let statement =
    "Kept elements are divided by 1 − rate, the others are zero, also where a part begins within the whole"
  static let kernels = ["Kernel.dropout(_:into:rate:key:offset:count:workers:)"]

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ count: Int, _ ledger: Ledger) {
    let x: [S] = normals(count, seed: 51)
    for rate in [0, 0.1, 0.5, 0.9] {
      // Which are kept is a matter of ones in single precision; how many, of the tests of the mask.
      let kept = guarded([Float](repeating: 1, count: count + 77)) {
        Kernel.dropout($0, into: $0, rate: Float(rate), key: 5, count: count + 77, workers: .one)
      }
      for offset in [0, 5, 77] {
        let y = sameForAnyWorkers(x) {
          Kernel.dropout($0, into: $0, rate: S(rate), key: 5, offset: offset, count: count, workers: $1)
        }
        let expected = x.indices.map { kept[$0 + offset] != 0 ? x[$0] / (1 - S(rate)) : 0 }
        ledger.expectEqual(y, expected, relative: 2 * S.ulpOfOne, "rate \(rate), offset \(offset)")
      }
    }
  }
}
