/// Which elements a dropout of rate ½ kept, as far as that can be seen from outside.
package struct DropoutMask: Sendable {
  package let place: String
  /// Whether an element was kept, by its index; elements that cannot be seen are missing.
  package let kept: [Int: Bool]

  package init(_ place: String, _ kept: [Int: Bool]) { (self.place, self.kept) = (place, kept) }

  /// Reads a mask from rows in which kept elements are large and dropped ones small.
  ///
  /// - Parameter values: The rows, one behind the other; rows without a difference say nothing.
  package init(
    _ place: String, rows values: [Double], width: Int,
    where isVisible: (_ row: Int, _ column: Int) -> Bool = { _, _ in true }
  ) {
    var kept: [Int: Bool] = [:]
    for row in 0..<values.count / width {
      let entries = values[row * width..<(row + 1) * width]
      guard let least = entries.min(), let largest = entries.max(), largest - least > 1e-6 * abs(largest) else {
        continue
      }
      for column in 0..<width where isVisible(row, column) {
        kept[row * width + column] = values[row * width + column] > (least + largest) / 2
      }
    }
    self.init(place, kept)
  }

  /// Returns the elements that are visible here and were kept by a mask that must be passed before this one can be seen.
  package func visible(through other: DropoutMask) -> DropoutMask {
    DropoutMask(place, kept.filter { other.kept[$0.key] == true })
  }

  /// Says which of some masks depend on each other, or cannot be compared.
  ///
  /// Of n elements that both masks know, independent ones agree in n/2 ± √n/2; beyond five standard deviations chance gives
  /// one pair in two million. Equal masks are √n deviations away, so at least 100 common elements are asked for. A mask
  /// that keeps all it knows, or nothing, is no mask.
  package static func dependences(among masks: [DropoutMask]) -> (faults: [String], pairs: Int) {
    var (faults, pairs): ([String], Int) = ([], 0)
    for mask in masks {
      let (count, known) = (Double(mask.kept.values.filter { $0 }.count), Double(mask.kept.count))
      if known < 100 || abs(count - known / 2) > 2.5 * known.squareRoot() {
        faults.append("\(mask.place): \(count) of \(known) kept")
      }
    }
    for (index, first) in masks.enumerated() {
      for second in masks[(index + 1)...] {
        pairs += 1
        let common = first.kept.filter { second.kept[$0.key] != nil }
        let agreeing = Double(common.filter { second.kept[$0.key] == $0.value }.count)
        let n = Double(common.count)
        if n < 100 || abs(agreeing - n / 2) > 2.5 * n.squareRoot() {
          faults.append("\(first.place) and \(second.place) agree in \(agreeing) of \(n)")
        }
      }
    }
    return (faults, pairs)
  }
}
