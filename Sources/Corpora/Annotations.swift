/// What is known about each symbol of a built-in text, in step with the symbols.
public struct Annotations: Sendable, Equatable {
  /// What is measured apart about each symbol.
  public let marks: [Mark]
  /// The dialect, from 0, of the line that a symbol belongs to, its newline included; nil for a text without dialects.
  public let dialects: [UInt8]?

  /// Describes a text.
  ///
  /// - Parameters:
  ///   - marks: What is measured apart, one for each symbol.
  ///   - dialects: The dialect of each symbol, or nil.
  init(marks: [Mark], dialects: [UInt8]? = nil) {
    precondition(
      dialects.map { $0.count == marks.count } ?? true,
      "Annotations: \(dialects?.count ?? 0) dialects for \(marks.count) symbols")
    self.marks = marks
    self.dialects = dialects
  }

  /// Returns the annotations of a part of the text.
  ///
  /// - Parameter range: Indices of symbols.
  /// - Returns: As many annotations as `range` has indices.
  func part(_ range: Range<Int>) -> Annotations {
    Annotations(marks: Array(marks[range]), dialects: dialects.map { Array($0[range]) })
  }
}

/// What is measured apart about a symbol, besides its part of the loss.
public enum Mark: Hashable, Sendable {
  /// Nothing.
  case plain
  /// It repeats a symbol that stands so far before it: a model that remembers that pays nothing.
  case recall(distance: UInt16)
  /// It is the value of the list before it, which is nested so deep, 1 for a list of digits, and whose outermost operator has
  /// this number.
  case answer(depth: UInt8, operation: UInt8)

  /// Whether it repeats an earlier symbol.
  public var isRecall: Bool {
    if case .recall = self { true } else { false }
  }
}
