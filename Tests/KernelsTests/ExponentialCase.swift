import Foundation
import Testing

@testable import Kernels
@testable import Tensors

enum ExponentialCase: LengthCase {
  static let statement = "exp, log and sums of exponentials equal the C library's to their stated errors"
  static let kernels = [
    "Kernel.exp(_:into:count:workers:)", "Kernel.log(_:into:count:workers:)", "Kernel.takeLogarithms(of:count:)",
  ]

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ count: Int, _ ledger: Ledger) {
    let x: [S] = normals(count, seed: 52, scale: 5)
    let error: S = S.self == Float.self ? 1.3e-7 : 3e-16
    let powers = sameForAnyWorkers(x) { Kernel.exp($0, into: $0, count: count, workers: $1) }
    ledger.expectEqual(powers, x.map { S(Foundation.exp(Double($0))) }, relative: error + S.ulpOfOne / 2, "exp")
    let positive = x.map { abs($0) }
    let expected = positive.map { S(Foundation.log(Double($0))) }
    let logarithms = sameForAnyWorkers(positive) { Kernel.log($0, into: $0, count: count, workers: $1) }
    ledger.expectEqual(logarithms, expected, relative: 2.5 * S.ulpOfOne, "log")
    let replaced = guarded(positive) { Kernel.takeLogarithms(of: $0, count: count) }
    ledger.expectEqual(replaced, logarithms, "takeLogarithms")
  }
}

/// One row's softmax, and the sum that it is divided by.
enum SoftmaxRowCase: LengthCase {
  static let statement = "The softmax of one row and its sum of exponentials equal their definition"
  static let kernels = [
    "Kernel.softmax(_:count:maximum:into:)", "Kernel.sumOfExponentials(_:count:maximum:)",
  ]

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ count: Int, _ ledger: Ledger) {
    if count == 0 { return }
    let x: [S] = normals(count, seed: 53, scale: 3)
    let maximum = x.max() ?? 0
    var sum = PlainSum()
    for value in x { sum.add(Foundation.exp(Double(value) - Double(maximum))) }
    var returned: S = 0
    let y = guarded(x) { returned = Kernel.softmax($0, count: count, maximum: maximum, into: $0) }
    // A difference of up to 30 is rounded once, and so is its exponential.
    ledger.expectSums([returned], [sum], extra: 40, "the sum that softmax returns")
    ledger.expectSums([Kernel.sumOfExponentials(x, count: count, maximum: maximum)], [sum], extra: 40, "the sum")
    let expected = x.map { S(Foundation.exp(Double($0) - Double(maximum)) / sum.value) }
    ledger.expectEqual(y, expected, relative: S(count + 40) * S.ulpOfOne, "softmax")
  }
}
