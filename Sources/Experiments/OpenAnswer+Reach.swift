import MixtureOfExperts
import Training

extension OpenAnswer {
  /// What a longer memory is worth, and why models lose so much without one.
  ///
  /// - Parameters:
  ///   - runs: Models whose reach was measured.
  ///   - segment: T.
  ///   - stateBits: The most that the past can tell about a segment; nil where nobody knows.
  /// - Returns: Answers about what was measured, router by router.
  public static func reach(_ runs: SeededRuns, segment: Int, stateBits: Double?) -> [OpenAnswer] {
    RouterKind.compared.flatMap { router -> [OpenAnswer] in
      func answer(_ statement: String, _ rule: String, _ value: (Reach) -> Double?) -> OpenAnswer? {
        OpenAnswer(
          "\(router): \(statement)", rule, unit: "bits",
          runs.values(of: router.rawValue) { run in run.reach.flatMap(value) })
      }
      func gain(of memory: Int) -> (Reach) -> Double? {
        { Self.difference($0[segment]?.bitsPerCharacter, $0[memory]?.bitsPerCharacter) }
      }
      func lost(beside content: MemoryContent) -> (Reach) -> Double? {
        { Self.difference($0[.nothing]?.bits, $0[content]?.bits) }
      }
      let answers: [OpenAnswer?] = [
        answer("a memory of 2T is better than one of T", "bits with T − bits with 2T", gain(of: 2 * segment)),
        answer("a memory of 8T is better than one of T", "bits with T − bits with 8T", gain(of: 8 * segment)),
        stateBits.flatMap { stateBits in
          answer(
            "without memory more is lost than the past can tell",
            "bits without memory − bits with it − the bits of the text's state over T"
          ) { reach in lost(beside: .own)(reach).map { $0 - stateBits / Double(segment) } }
        },
        answer("without memory it is surer than right", "bits without memory − mean entropy of the predictions") {
          Self.difference($0[.nothing]?.bits, $0[.nothing]?.expectedBits)
        },
        answer(
          "less is lost where the whole line is seen",
          "what a symbol loses without memory before any line feed of the segment − behind one"
        ) { Self.difference($0[.nothing]?.costOfCut, $0[.own]?.costOfCut) },
        answer(
          "another text's memory is better than none", "bits without memory − bits with that of another row",
          lost(beside: .another)),
        answer(
          "zeros are better than no memory", "bits without memory − bits with states of zeros", lost(beside: .zeros)),
        answer(
          "without memory tokens go to the wrong experts",
          "bits without memory − bits without it but with the logits that routers had with it",
          lost(beside: .nothingRoutedAsOwn)),
      ]
      return answers.compactMap { $0 }
    }
  }

  private static func difference(_ one: Double?, _ other: Double?) -> Double? {
    one.flatMap { one in other.map { one - $0 } }
  }
}

extension MemoryReading {
  /// What a symbol costs more where its line began before the segment.
  fileprivate var costOfCut: Double? {
    bitsInCutLines.flatMap { cut in bitsInWholeLines.map { cut - $0 } }
  }
}
