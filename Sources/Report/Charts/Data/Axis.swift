import Tables

/// What a direction of a chart measures.
package struct Axis: Sendable, Equatable {
  /// How values become distances.
  package enum Scale: Sendable {
    /// Equal differences are equally far apart.
    case linear
    /// Equal ratios are equally far apart; the ticks are powers of two if all data are, else round decimal numbers.
    case logarithmic
  }

  /// The quantity, such as `validation loss`.
  package let label: String
  /// What it is counted in, such as `bits per character`.
  package let unit: String?
  /// How values become distances.
  package let scale: Scale
  /// Whether a linear axis shows 0, however far away the data are.
  package let includesZero: Bool

  /// Creates an axis.
  package init(label: String, unit: String? = nil, scale: Scale = .linear, includesZero: Bool = false) {
    self.label = label
    self.unit = unit
    self.scale = scale
    self.includesZero = includesZero
  }

  /// The quantity with its unit in brackets.
  var title: String { unit.map { "\(label) (\($0))" } ?? label }

  /// A value of this quantity in words.
  func words(_ value: Double) -> String {
    "\(label) \(Numeral.value(value, digits: 6))" + (unit.map { " " + $0 } ?? "")
  }
}
