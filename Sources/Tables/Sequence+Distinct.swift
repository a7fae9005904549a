extension Sequence where Element: Equatable {
  /// The elements in their order, each once.
  package var distinct: [Element] {
    reduce(into: []) { found, element in
      if !found.contains(element) { found.append(element) }
    }
  }
}
