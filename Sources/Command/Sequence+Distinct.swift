extension Sequence where Element: Equatable {
  /// The elements in their order, each once.
  var distinct: [Element] {
    reduce(into: []) { found, element in
      if !found.contains(element) { found.append(element) }
    }
  }
}
