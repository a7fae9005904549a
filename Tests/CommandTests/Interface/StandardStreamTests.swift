import Foundation
import Synchronization
import Testing

@testable import Command

@Suite("Standard streams")
struct StandardStreamTests {
  @Test("A stream that does not block and is not read for a while gets the whole text, and is waited for without work")
  func waiting() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    let (reading, writing) = (ends[0], ends[1])
    try #require(fcntl(writing, F_SETFL, O_NONBLOCK) == 0)
    // More than a pipe holds.
    let text = (0..<200_000).map { "\($0)\n" }.joined()
    let received = Mutex(Data())
    let done = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      usleep(500_000)
      let whole = FileHandle(fileDescriptor: reading, closeOnDealloc: false).readDataToEndOfFile()
      received.withLock { $0 = whole }
      done.signal()
    }
    let before = threadSeconds
    try StandardStream(descriptor: writing, name: "pipe").write(text)
    let worked = threadSeconds - before
    close(writing)
    done.wait()
    close(reading)
    #expect(received.withLock { $0 } == Data(text.utf8))
    #expect(worked < 0.1, "half a second is slept, not spent")
  }

  /// The processor time of this thread.
  private var threadSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
