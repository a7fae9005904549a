import Foundation

/// The system calls that change what is on the disk, in one place, so that a test can put an end to them at any one.
public protocol FileOperations: Sendable {
  /// Makes one directory.
  ///
  /// - Parameter path: Its path; the parent exists.
  /// - Throws: What the system says.
  func makeDirectory(_ path: String) throws(SystemError)

  /// Opens a file or directory without waiting for anybody: a pipe that nobody reads is an error.
  ///
  /// - Parameter flags: Those of `open(2)`.
  /// - Returns: A descriptor, whose reads and writes may wait.
  /// - Throws: What the system says.
  func open(_ path: String, _ flags: Int32) throws(SystemError) -> Int32

  /// Writes pieces one after another.
  ///
  /// - Parameters:
  ///   - pieces: The contents in order.
  ///   - descriptor: An open file.
  /// - Throws: What the system says.
  func write(_ pieces: [Data], to descriptor: Int32) throws(SystemError)

  /// Brings what was written, or a directory's names, to the disk.
  ///
  /// - Parameter descriptor: An open file or directory.
  /// - Throws: What the system says.
  func synchronize(_ descriptor: Int32) throws(SystemError)

  /// Closes a descriptor.
  ///
  /// - Parameter descriptor: An open file or directory.
  /// - Throws: What the system says.
  func close(_ descriptor: Int32) throws(SystemError)

  /// Gives a file another name, in place of what had it.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - target: Its new path.
  /// - Throws: What the system says.
  func rename(_ path: String, to target: String) throws(SystemError)

  /// Removes a file.
  ///
  /// - Parameter path: The file.
  /// - Throws: What the system says.
  func remove(_ path: String) throws(SystemError)
}

/// What the system says of a call that failed.
public struct SystemError: Error, Hashable {
  /// The system's error number.
  public let code: Int32

  /// Wraps an error number.
  ///
  /// - Parameter code: The system's error number.
  public init(code: Int32) {
    self.code = code
  }

  /// The error of the call that just failed.
  static var last: SystemError { SystemError(code: errno) }
}
