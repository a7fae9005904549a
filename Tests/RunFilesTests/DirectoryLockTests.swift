import Foundation
import TestSupport
import Testing

@testable import RunFiles

@Suite("Locks of directories")
struct DirectoryLockTests {
  @Test("One holder at a time; neither a lock given up nor one that was refused leaves a descriptor open")
  func descriptors() throws {
    try TemporaryDirectory.use { directory in
      for _ in 0..<3 {
        var lock: DirectoryLock? = try DirectoryLock(directory.path)
        #expect(throws: FileError.self) { _ = try DirectoryLock(directory.path) }
        #expect(OpenDescriptors.count(to: directory.path) == 1)
        withExtendedLifetime(lock) {}
        lock = nil
        #expect(OpenDescriptors.count(to: directory.path) == 0)
      }
    }
  }

  @Test("A file system without locks is told apart from a lock that another process has, and from a failure")
  func unsupported() {
    #expect([EBADF, ENOLCK, ENOTSUP].allSatisfy(DirectoryLock.cannotLock))
    #expect(![EWOULDBLOCK, EIO, EINTR, EACCES].contains(where: DirectoryLock.cannotLock))
  }
}
