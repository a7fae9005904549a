/// Writes changes into a source so that one build holds them all, each behind a switch.
struct Instrumentation {
  /// The environment variable with the number of the change that is made; 0 for none.
  static let variable = "MUTATION"

  /// The file that every changed target gets: the switch, read before anything else runs.
  static let switchSource = """
    import Foundation

    nonisolated(unsafe) var activeMutation: Int32 = 0
    #if os(Linux)
      @section(".init_array") @used
    #else
      @section("__DATA,__mod_init_func") @used
    #endif
    let readMutation: @convention(c) () -> Void = {
      activeMutation = Int32(getenv("\(variable)").map { atoi($0) } ?? 0)
    }
    @inline(__always) func mutated(_ number: Int32) -> Bool { activeMutation == number }

    """

  /// A source with its changes, and where they are.
  struct Result {
    let text: String
    /// For each line of the text, counted from 1, the numbers of the changes that are written there.
    let numbers: [Int: [Int]]
  }

  /// Writes changes into a source.
  static func write(_ changes: [(number: Int, candidate: Candidate)], into text: String) -> Result {
    let source = Array(text.utf8)
    var output: [UInt8] = []
    var position = 0
    var line = 1
    var numbers: [Int: [Int]] = [:]
    func append(_ bytes: some Sequence<UInt8>, _ own: [Int] = []) {
      for byte in bytes {
        if !own.isEmpty, numbers[line]?.contains(own[0]) != true { numbers[line, default: []] += own }
        output.append(byte)
        if byte == UInt8(ascii: "\n") { line += 1 }
      }
    }
    let bySpot = Dictionary(grouping: changes) { $0.candidate.bytes }
    for (bytes, changes) in bySpot.sorted(by: { $0.key.lowerBound < $1.key.lowerBound }) {
      append(source[position..<bytes.lowerBound])
      append(choice(changes).utf8, changes.map(\.number))
      position = bytes.upperBound
    }
    append(source[position...])
    return Result(text: String(decoding: output, as: UTF8.self), numbers: numbers)
  }

  private static func choice(_ changes: [(number: Int, candidate: Candidate)]) -> String {
    let original = changes[0].candidate.place.original
    return changes.reversed().reduce(changes[0].candidate.spot.form == .branch ? "{ \(original) }" : "(\(original))") {
      rest, change in
      let changed = change.candidate.place.changed
      return change.candidate.spot.form == .branch
        ? "if mutated(\(change.number)) { \(changed) } else \(rest)"
        : "(mutated(\(change.number)) ? (\(changed)) : \(rest))"
    }
  }
}
