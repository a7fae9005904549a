extension JSONSchema {
  /// What judges the paper's claims.
  static let suite = [
    Object(
      "suite", "compare --suite paper --json; its results.json",
      [
        Field("suite", .string, "its name"), Field("preset", .string, "where sizes come from that no flag gave"),
        Field("seed", .integer, "the first seed"), Field("steps", .integer, "updates in each training"),
        Field("sizes", .object("sizes"), "what all runs share"),
        Field("parts", .list(.object("part")), "runs that are compared with one another"),
        Field("verdicts", .list(.object("judgement")), "by claim, text and conditions"),
        Field("shares", .list(.object("cause_shares")), "what differences are made of, by rival and k"),
      ]),
    Object(
      "part", "runs on one text with one gate order",
      [
        Field("name", .string, "what tables call it"), Field("corpus", .object("corpus"), "the text"),
        Field("gate_order", .string, "of all its runs"), Field("seeds", .integer, "how many"),
        Field("is_judged", .boolean, "whether claims are judged by it"),
        Field("runs", .list(.object("run")), "one for each variant and seed"),
      ]),
    Object(
      "judgement", "a claim at some conditions on some text",
      [
        Field("corpus", .string, "the text"), Field("conditions", .string, "original or equal"),
        Field("gate_order", .string, "the order of softmax and top-k"), Field("seeds", .integer, "how many"),
        Field("judged", .object("judged_claim"), "what was found"),
      ]),
    Object(
      "judged_claim", "a claim beside what was measured",
      [
        Field("claim", .string, "what the paper says"), Field("rule", .string, "what has to be above 0"),
        Field("verdict", .string, "agrees, disagrees or not decided"),
        Field("differences", .list(.object("paired_difference")), "what the rule asks for"),
      ]),
    Object("paired_difference", "a difference of two variants", paired),
    Object(
      "cause_shares", "what a difference of SMoE's or SMoE-Dropout's bits and HyperRouter's is made of",
      [
        Field("part", .string, "of the suite"), Field("rival", .string, "whose bits HyperRouter's are subtracted from"),
        Field("k", .integer, "experts for each token"), Field("shares", .object("shares"), "they add up"),
      ]),
    Object(
      "shares", "a published difference and its causes",
      [
        Field("published", .object("paired_difference"), "both as their authors have them"),
        Field("schedule", .object("paired_difference"), "what goes with the same k schedule"),
        Field("scale", .object("paired_difference"), "what goes with the same scale of W_r, too"),
        Field("speed", .object("paired_difference"), "what goes with the same speed of W_r, too"),
        Field("router", .object("paired_difference"), "what is left"),
      ]),
  ]
}
