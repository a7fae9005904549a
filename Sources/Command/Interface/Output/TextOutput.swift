import Foundation

/// A place that text is written to: a standard stream, or a buffer in a test.
public protocol TextOutput: Sendable {
  /// Whether a person is watching.
  var isTerminal: Bool { get }
  /// The width of the terminal, if it can be asked.
  var columns: Int? { get }

  /// Writes text, all of it and at once.
  ///
  /// - Throws: What the system says when it cannot be written.
  func write(_ text: String) throws(OutputFailure)
}

/// A stream that cannot be written to: full, closed, or without a reader.
public struct OutputFailure: Error, Equatable, CustomStringConvertible {
  /// The stream: "standard output".
  public let stream: String
  /// The system's error number.
  public let code: Int32

  /// Creates a failure.
  ///
  /// - Parameters:
  ///   - stream: The stream: "standard output".
  ///   - code: The system's error number.
  public init(stream: String, code: Int32) {
    self.stream = stream
    self.code = code
  }

  /// Whether the reader went away, which is the reader's right and not worth a message.
  public var isBrokenPipe: Bool { code == EPIPE }

  /// The stream and the system's words.
  public var description: String { "\(stream): cannot be written to: \(String(cString: strerror(code)))" }
}
