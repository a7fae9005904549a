/// Chooses places from all that could be changed: some of every file, of as many kinds as it has, from a seed.
struct Selection {
  private var state: UInt64

  /// Chooses places.
  ///
  /// Every file gives at least one place, the others follow the number of its spots; no spot gives two. In a file kinds take turns.
  static func chosen(from candidates: [[Candidate]], count: Int, seed: UInt64) -> [Candidate] {
    let files = candidates.filter { !$0.isEmpty }
    let spots = files.map { Set($0.map(\.bytes)).count }
    let spare = max(0, count - files.count)
    let total = spots.reduce(0, +)
    var given = 0
    var seen = 0
    return zip(files, spots).flatMap { file, spots in
      seen += spots
      let share = spare * seen / max(1, total) - given
      given += share
      // Each file draws for itself: a change of one leaves the places of the others where they are.
      var selection = Selection(state: seed ^ hash(of: file[0].place.file))
      return selection.some(1 + share, of: file)
    }
  }

  /// FNV-1a: the same in every process.
  private static func hash(of text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  private init(state: UInt64) { self.state = state }

  private mutating func some(_ count: Int, of file: [Candidate]) -> [Candidate] {
    var left = shuffled(file)
    var chosen: [Candidate] = []
    var used: [Change.Kind: Int] = [:]
    while chosen.count < count, !left.isEmpty {
      let rarest = left.map { used[$0.place.kind, default: 0] }.min()
      guard let index = left.firstIndex(where: { used[$0.place.kind, default: 0] == rarest }) else { break }
      let candidate = left[index]
      used[candidate.place.kind, default: 0] += 1
      chosen.append(candidate)
      left.removeAll { $0.bytes.overlaps(candidate.bytes) }
    }
    return chosen.sorted { $0.bytes.lowerBound < $1.bytes.lowerBound }
  }

  private mutating func shuffled(_ candidates: [Candidate]) -> [Candidate] {
    var candidates = candidates
    for index in candidates.indices.dropFirst().reversed() {
      candidates.swapAt(index, Int(random() % UInt64(index + 1)))
    }
    return candidates
  }

  /// SplitMix64.
  private mutating func random() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
