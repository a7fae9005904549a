import Foundation

/// A regular file's bytes, mapped instead of copied.
enum MappedFile {
  /// Maps a file.
  ///
  /// The path is handed to the system as it is: Foundation's own reader takes a leading "~" for a home directory.
  ///
  /// - Parameters:
  ///   - path: The file's path.
  ///   - size: The number of bytes, at least 1.
  /// - Returns: The bytes; the file must not be cut short while they are in use.
  /// - Throws: `FileError` of kind `missing`.
  static func contents(of path: String, size: Int) throws(FileError) -> Data {
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor != -1 else { throw .system(.missing, path, "cannot be opened", code: errno) }
    defer { close(descriptor) }
    guard let bytes = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), bytes != MAP_FAILED else {
      throw .system(.missing, path, "cannot be read", code: errno)
    }
    return Data(bytesNoCopy: bytes, count: size, deallocator: .custom { bytes, size in munmap(bytes, size) })
  }
}
