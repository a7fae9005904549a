import Foundation
import Tensors
import Testing

/// Many random cases of one kind, each with a number from which it can be made again.
///
/// `HYPERROUTER_FUZZ=1000000` runs as many cases of every kind, `HYPERROUTER_FUZZ=4711-4711` one case again. If a case
/// ends the process, its number is the last thing on standard error.
package struct Fuzz {
  /// What became of a case that did what it should.
  package enum Outcome { case accepted, refused }

  /// What a case throws that did not do what it should.
  package struct Fault: Error {
    let description: String

    package init(_ description: String) { self.description = description }
  }

  package struct Report {
    package internal(set) var (accepted, refused) = (0, 0)
    /// One line for every case that went wrong, with its number.
    package internal(set) var failures: [String] = []
  }

  /// The environment variable that asks for more cases, or for certain ones.
  static let variable = "HYPERROUTER_FUZZ"

  let name: String
  let numbers: ClosedRange<Int>
  /// Whether these are the cases that every run of the tests has: how many are accepted is then known.
  package let isUsual: Bool

  /// - Parameter cases: How many cases the suite runs; at least 1.
  package init(
    _ name: String, cases: Int, atMost most: Int = .max,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    self.name = name
    let bounds = (environment[Fuzz.variable] ?? "").split(separator: "-").compactMap { Int($0) }
    switch bounds.count {
    case 1 where bounds[0] > 0: numbers = 0...min(bounds[0], most) - 1
    case 2 where bounds[0] <= bounds[1]: numbers = bounds[0]...bounds[1]
    default: numbers = 0...cases - 1
    }
    isUsual = bounds.isEmpty
  }

  package var count: Int { numbers.count }

  package func run(_ body: (inout Random) throws -> Outcome) -> Report {
    let note = LastWords(name)
    defer { note.end() }
    var report = Report()
    let seeds = Random(seed: 2023).child(named: name)
    for number in numbers {
      note.number = number
      var random = seeds.child(number)
      do {
        switch try body(&random) {
        case .accepted: report.accepted += 1
        case .refused: report.refused += 1
        }
      } catch {
        let problem = (error as? Fault)?.description ?? "\(error)"
        if report.failures.count < 20 { report.failures.append("\(name), case \(number): \(problem)") }
      }
    }
    return report
  }

  /// Runs all cases, none of which may go wrong; of the usual ones more than these numbers are taken and refused.
  public func expect(
    accepted: Int, refused: Int, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: (inout Random) throws -> Outcome
  ) {
    let report = run(body)
    #expect(report.failures == [], sourceLocation: sourceLocation)
    #expect(report.accepted + report.refused == count, sourceLocation: sourceLocation)
    guard isUsual else { return }
    #expect(report.accepted > accepted && report.refused > refused, "\(report)", sourceLocation: sourceLocation)
  }
}

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

extension Random {
  /// Returns one of several things.
  ///
  /// - Parameter values: At least one.
  package mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }

  /// Integers at which something tends to break.
  package static var boundaryIntegers: [Int] {
    [
      0, 1, -1, 2, 3, 7, 8, 16, 255, 256, 4095, 4096, 4097, 65535, 65536, 1 << 31, 1 << 32, 1 << 53, 1 << 62, .max,
      .min,
      .max - 1, -(1 << 32),
    ]
  }

  /// Returns bytes with a few of them flipped, cut off, put in, taken out, doubled or replaced.
  ///
  /// - Parameter most: The largest number of changes; at least 1.
  package mutating func damaged(_ bytes: [UInt8], alphabet: [UInt8], most: Int = 4) -> [UInt8] {
    var bytes = bytes
    for _ in 0...below(most) {
      if bytes.isEmpty {
        bytes.append(pick(alphabet))
        continue
      }
      let place = below(bytes.count)
      switch below(9) {
      case 0: bytes.removeLast(min(bytes.count, 1 + below(64)))
      case 1: bytes.insert(UInt8(below(256)), at: place)
      case 2: bytes.remove(at: place)
      case 3: bytes[below(min(8, bytes.count))] ^= UInt8(1 << below(8))
      case 4: bytes[place] = pick(alphabet)
      case 5: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 1 + below(40))], at: below(bytes.count))
      case 6: bytes.insert(contentsOf: Array("\(pick(Random.boundaryIntegers))".utf8), at: place)
      case 7: bytes.insert(contentsOf: [UInt8](repeating: pick(alphabet), count: 1 + below(700)), at: place)
      default: bytes[place] ^= UInt8(1 << below(8))
      }
    }
    return bytes
  }

  /// Returns JSON with one of its numbers, or one of its texts, replaced by something unexpected.
  package mutating func misvalued(_ bytes: [UInt8]) -> [UInt8] {
    var tokens: [Range<Int>] = []
    var index = 0
    while index < bytes.count {
      let start = index
      if bytes[index] == UInt8(ascii: "\"") {
        index += 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
          index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        index = min(bytes.count, index + 1)
        tokens.append(start..<index)
      } else if "-0123456789".utf8.contains(bytes[index]) {
        while index < bytes.count, "-+.eE0123456789".utf8.contains(bytes[index]) { index += 1 }
        tokens.append(start..<index)
      } else {
        index += 1
      }
    }
    guard !tokens.isEmpty else { return bytes }
    let other: String =
      switch below(6) {
      case 0, 1, 2: "\(pick(Random.boundaryIntegers))"
      case 3: pick(["1e308", "-1e308", "1e999", "0.5", "-0.0", "1e-320", "99999999999999999999999", "null", "true"])
      case 4: pick(["\"\"", "\"\\u0000\"", "\"\\ud800\"", "\"a\\u0301\"", "\"\\n\"", "[]", "{}", "[[]]", "{\"\":[]}"])
      default: String(decoding: bytes[pick(tokens)], as: UTF8.self)
      }
    let place = pick(tokens)
    return Array(bytes[..<place.lowerBound]) + Array(other.utf8) + Array(bytes[place.upperBound...])
  }
}
