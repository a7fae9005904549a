import Training

extension JSONSchema {
  /// What answers the questions that the paper leaves open.
  static let open = [
    Object(
      "reach", "how far back a model sees, and what it loses with its memory",
      [
        Field("k", .integer, "experts for each token"),
        Field("lengths", .list(.object("memory_length")), "by ascending length of the memory"),
        Field("contents", .list(.object("memory_reading")), "with a memory that holds one thing or another"),
      ]),
    Object(
      "finetuning_measures", "a model finetuned on the built-in task",
      [
        Field("chance", .number, "accuracy of always answering the most frequent label"),
        Field("ceiling", .orNull(.number), "accuracy that nothing can exceed; null where it is not known"),
        Field("results", .list(.object("finetuned")), "one for each condition"),
      ]),
    Object(
      "memory_length", "an evaluation with a memory of its own length",
      [
        Field("memory", .integer, "tokens, at most"), Field("evaluation", .object("evaluation"), "what was measured"),
      ]),
    Object(
      "memory_reading", "what a text costs with something in memory; segments that nothing precedes are left out",
      [
        Field("content", .string, MemoryContent.allCases.map(\.rawValue).joined(separator: "; ")),
        Field("symbols", .integer, "how many were predicted"), Field("bits", .number, "mean −log₂ p of a symbol"),
        Field("expected_bits", .number, "mean entropy of the predictions"),
        Field("bits_by_position", .list(.number), "the mean at each place of a segment"),
        Field("recall_bits", .orNull(.number), "mean bits of recall symbols; built-in text"),
        Field(
          "bits_in_whole_lines", .orNull(.number),
          "of symbols behind a line feed of the segment; null where there is none"),
        Field(
          "bits_in_cut_lines", .orNull(.number), "of symbols before any line feed of the segment"),
      ]),
  ]
}
