/// Sets words off in colour where a person is watching, and leaves them alone elsewhere.
public struct TextStyle: Sendable, Equatable {
  /// Whether escape sequences are written.
  public let isColoured: Bool

  /// Creates a style.
  ///
  /// - Parameter isColoured: Whether escape sequences are written.
  public init(isColoured: Bool) {
    self.isColoured = isColoured
  }

  /// Decides by the stream and the environment.
  ///
  /// - Parameters:
  ///   - output: Coloured only if it is a terminal.
  ///   - environment: A `NO_COLOR` that is not empty (no-color.org) or `TERM=dumb` forbids colour.
  public init(for output: some TextOutput, environment: [String: String]) {
    let isForbidden = !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb"
    isColoured = output.isTerminal && !isForbidden
  }

  /// Returns a text in bold letters.
  ///
  /// - Returns: The text, between escape sequences if the style is coloured.
  public func bold(_ text: String) -> String { wrapped(text, "1") }

  /// Returns a text in faint letters.
  ///
  /// - Returns: The text, between escape sequences if the style is coloured.
  public func faint(_ text: String) -> String { wrapped(text, "2") }

  private func wrapped(_ text: String, _ code: String) -> String {
    isColoured && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
