import Tensors

extension LabelledRows {
  /// Selects which rows are held out, whatever the seed of a training: all trainings are measured on the same ones.
  static let splitSeed: UInt64 = 1
  /// Of so many rows of a label one is held out in each part.
  static let heldOut = 10

  /// Puts rows into parts, a tenth of each label's into every part that is asked for.
  ///
  /// The rows of a label are shuffled; counted through all labels, every tenth goes to the test part and the one before
  /// it to the validation part. The first row of a label always trains, so that no label is met in a held-out part only.
  ///
  /// - Parameters:
  ///   - validation: Whether a validation part is wanted.
  ///   - test: Whether a test part is wanted.
  /// - Returns: The parts, in file order; those not asked for are empty.
  /// - Throws: `CorpusError` when a part that was asked for would be empty.
  func split(validation: Bool, test: Bool) throws(CorpusError) -> Splits<[Row]> {
    let labels = Dictionary(grouping: rows.indices) { rows[$0].label }
    var parts = [SplitName](repeating: .train, count: rows.count)
    var counted = 0
    for (number, label) in labels.keys.sorted().enumerated() {
      let own = labels[label] ?? []
      var random = Random(seed: Self.splitSeed).child(named: "parts").child(number)
      for (place, index) in random.permutation(of: own.count).enumerated() {
        if place > 0, test, counted % Self.heldOut == Self.heldOut - 1 { parts[own[index]] = .test }
        if place > 0, validation, counted % Self.heldOut == Self.heldOut - 2 { parts[own[index]] = .validation }
        counted += 1
      }
    }
    var result = Splits<[Row]>(all: [])
    for (row, part) in zip(rows, parts) { result[part].append(row) }
    for (name, isWanted) in [(SplitName.validation, validation), (.test, test)] where isWanted && result[name].isEmpty {
      throw CorpusError(
        "too short: found \(rows.count) rows, of which none is left for the \(name) part; expected at least "
          + "\(2 * Self.heldOut), or a file for it")
    }
    return result
  }
}
