/// A numbered list of different byte strings that finds the number of a byte string.
///
/// All strings lie in one buffer, found by open addressing: looking up a word allocates nothing. Bytes are compared as
/// they are; `String` would take canonically equivalent words for the same.
struct SymbolTable: Sendable {
  /// All strings, one after the other.
  private(set) var pool: [UInt8] = []
  /// Where each string begins in `pool`, and the end of the last.
  private(set) var bounds = [0]
  /// String numbers at the places given by their hashes, −1 where free; the size is a power of two.
  private var slots = [Int32](repeating: -1, count: 16)

  /// The number of strings.
  var count: Int { bounds.count - 1 }

  /// The string of a number.
  subscript(index: Int) -> ArraySlice<UInt8> { pool[bounds[index]..<bounds[index + 1]] }

  /// Returns the number of a string, −1 if it is not in the table.
  func find(_ string: UnsafeBufferPointer<UInt8>) -> Int32 { slots[slot(of: string)] }

  /// Appends a string unless it is there, and returns its number.
  mutating func insert(_ string: UnsafeBufferPointer<UInt8>) -> Int32 {
    let place = slot(of: string)
    if slots[place] >= 0 { return slots[place] }
    let number = Int32(count)
    pool.append(contentsOf: string)
    bounds.append(pool.count)
    slots[place] = number
    if 2 * count > slots.count { grow() }
    return number
  }

  /// The slot that holds the string, or the free one where it belongs.
  @inline(__always)
  private func slot(of string: UnsafeBufferPointer<UInt8>) -> Int {
    let mask = slots.count &- 1
    var place = SymbolTable.hash(string) & mask
    while true {
      let number = Int(slots[place])
      if number < 0 || equal(number, string) { return place }
      place = (place &+ 1) & mask
    }
  }

  /// Whether the string of a number equals another.
  @inline(__always)
  private func equal(_ number: Int, _ string: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = bounds[number]
    guard bounds[number &+ 1] &- start == string.count else { return false }
    for index in 0..<string.count where pool[start &+ index] != string[index] { return false }
    return true
  }

  /// Doubles the slots.
  private mutating func grow() {
    slots = [Int32](repeating: -1, count: 2 * slots.count)
    for number in 0..<count {
      let place = pool.withUnsafeBufferPointer {
        slot(of: UnsafeBufferPointer(rebasing: $0[bounds[number]..<bounds[number + 1]]))
      }
      slots[place] = Int32(number)
    }
  }

  /// Fowler, Noll and Vo's FNV-1a, with the high bits folded into the low ones that choose the slot.
  @inline(__always)
  private static func hash(_ string: UnsafeBufferPointer<UInt8>) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in string { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: hash ^ (hash >> 32))
  }
}

extension SymbolTable: Equatable {
  static func == (left: SymbolTable, right: SymbolTable) -> Bool {
    left.bounds == right.bounds && left.pool == right.pool
  }
}
