import Foundation

/// Says on standard error which case was being tried when the process is ended by a trap.
///
/// A signal's handler may neither allocate nor lock, so all it reads lies in memory of its own, in one slot for each kind
/// of cases.
final class LastWords {
  private static let slotCount = 32
  private static let slotSize = 128
  private static let textOffset = 8
  private static let signals = [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE]

  // Global, because a handler can be given nothing: a number (0: the slot is free, else case + 1) and a text in each slot.
  nonisolated(unsafe) private static let slots: UnsafeMutableRawPointer = {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: slotCount * slotSize, alignment: 8)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: slotCount * slotSize)
    for signal in signals { install(signal) }
    return memory
  }()
  private static let lock = NSLock()

  private let slot: UnsafeMutableRawPointer?

  /// Takes a slot.
  init(_ name: String) {
    slot = LastWords.lock.withLock {
      let free = (0..<LastWords.slotCount).map { LastWords.slots + $0 * LastWords.slotSize }
        .first { $0.load(as: UInt64.self) == 0 }
      guard let free else { return nil }
      let text = Array(name.utf8.prefix(LastWords.slotSize - LastWords.textOffset - 1)) + [0]
      text.withUnsafeBytes {
        (free + LastWords.textOffset).copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(free), byteCount: $0.count)
      }
      free.storeBytes(of: 1, as: UInt64.self)
      return free
    }
  }

  /// The case that is being tried.
  var number: Int {
    get { Int((slot?.load(as: UInt64.self) ?? 1) - 1) }
    set { slot?.storeBytes(of: UInt64(newValue) + 1, as: UInt64.self) }
  }

  /// Gives the slot back.
  func end() {
    slot?.storeBytes(of: 0, as: UInt64.self)
  }

  private static func install(_ number: Int32) {
    signal(number) { number in
      LastWords.speak()
      // The instruction is tried again when this returns, and then ends the process as it would have.
      signal(number, SIG_DFL)
    }
  }

  /// Writes a line for every slot in use.
  private static func speak() {
    for index in 0..<slotCount {
      let slot = slots + index * slotSize
      var rest = slot.load(as: UInt64.self)
      if rest == 0 { continue }
      rest -= 1
      say("fuzz: the process ended during case ")
      // Digits from the highest; a case has at most 19.
      var power: UInt64 = 1
      while rest / power >= 10 { power *= 10 }
      while power > 0 {
        var digit = UInt8(ascii: "0") + UInt8(rest / power % 10)
        _ = Foundation.write(2, &digit, 1)
        power /= 10
      }
      say(" of ")
      _ = Foundation.write(2, slot + textOffset, strlen((slot + textOffset).assumingMemoryBound(to: CChar.self)))
      say("\n")
    }
  }

  private static func say(_ text: StaticString) { _ = Foundation.write(2, text.utf8Start, text.utf8CodeUnitCount) }
}
