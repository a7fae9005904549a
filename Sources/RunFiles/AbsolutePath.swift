import Foundation

extension InputFile {
  /// Returns a path that leads to the same file from every working directory.
  ///
  /// - Parameter path: A path; nothing in it is expanded or resolved.
  /// - Returns: The path behind that of the working directory, or the path itself if it is absolute or the working
  ///   directory's name is not UTF-8.
  public static func absolutePath(of path: String) -> String {
    guard path.utf8.first != UInt8(ascii: "/"), let bytes = getcwd(nil, 0) else { return path }
    defer { free(bytes) }
    guard let directory = String(validatingCString: bytes) else { return path }
    return directory.utf8.last == UInt8(ascii: "/") ? directory + path : "\(directory)/\(path)"
  }
}
