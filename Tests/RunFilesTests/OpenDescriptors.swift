import Foundation

/// What this process has open.
enum OpenDescriptors {
  /// Counts the descriptors that lead to a file.
  ///
  /// - Parameter path: An existing file or directory.
  /// - Returns: How many of the first 4,096 descriptors do; −1 if there is nothing at the path.
  static func count(to path: String) -> Int {
    var wanted = stat()
    guard stat(path, &wanted) == 0 else { return -1 }
    return (0..<4096).count { descriptor in
      var found = stat()
      return fstat(Int32(descriptor), &found) == 0 && found.st_dev == wanted.st_dev && found.st_ino == wanted.st_ino
    }
  }
}
