import Tables

/// An error that ends the program: one line for standard error, and the status for the caller.
public struct CommandError: Error, Equatable, CustomStringConvertible {
  /// What the caller is told.
  public let status: ExitStatus
  /// One line that names the flag or file, what was found and what was expected.
  public let message: String

  /// Creates an error.
  ///
  /// - Parameters:
  ///   - status: What the caller is told.
  ///   - message: What is printed; control characters are made visible, so that it stays one line.
  public init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message.onOneLine
  }

  /// The message.
  public var description: String { message }

  /// Returns the error of a wrong command line.
  ///
  /// - Parameter message: What is printed.
  /// - Returns: An error with status 2.
  public static func usage(_ message: String) -> CommandError {
    CommandError(.usage, message)
  }
}
