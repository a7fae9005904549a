import Tables

extension TextStyle {
  /// Decides by the stream and the environment.
  ///
  /// - Parameters:
  ///   - output: Coloured only if it is a terminal.
  ///   - environment: A `NO_COLOR` that is not empty (no-color.org) or `TERM=dumb` forbids colour.
  init(for output: some TextOutput, environment: [String: String]) {
    let isForbidden = !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb"
    self.init(isColoured: output.isTerminal && !isForbidden)
  }
}
