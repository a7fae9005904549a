/// Says how two lists of numbers differ, or nothing if they agree: the one comparator of all tests.
///
/// Lists agree when they are not empty, equally long, free of NaN, and every pair satisfies
/// |actual − expected| ≤ absolute + relative·|expected|. Equal infinities agree.
///
/// - Returns: A sentence that names the worst index, or nil.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func mismatch<Scalar: BinaryFloatingPoint>(
  _ actual: [Scalar], _ expected: [Scalar], absolute: Scalar = 0, relative: Scalar = 0
) -> String? {
  if actual.count != expected.count { return "\(actual.count) numbers against \(expected.count)" }
  if actual.isEmpty { return "nothing to compare: both lists are empty" }
  var worst: (index: Int, excess: Scalar)?
  for index in actual.indices where actual[index] != expected[index] {
    let (a, e) = (actual[index], expected[index])
    if a.isNaN || e.isNaN || a.isInfinite || e.isInfinite { return "index \(index): \(a) against \(e)" }
    let excess = abs(a - e) - (absolute + relative * abs(e))
    if excess > (worst?.excess ?? 0) { worst = (index, excess) }
  }
  return worst.map {
    "index \($0.index): \(actual[$0.index]) against \(expected[$0.index]), \($0.excess) beyond the bound"
  }
}
