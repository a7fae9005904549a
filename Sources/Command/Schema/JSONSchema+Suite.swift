import Experiments

extension JSONSchema {
  /// What judges the paper's claims.
  static let suite = [
    Object(
      "suite", "compare --suite --json; its results.json",
      [
        Field("suite", .string, "paper or open"), Field("preset", .string, "where sizes come from that no flag gave"),
        Field("seed", .integer, "the first seed"),
        Field("parts", .list(.object("part")), "runs that are compared with one another"),
      ]),
    Object(
      "part", "runs on one text with one gate order, and what they say",
      [
        Field("title", .string, "what tables call it"),
        Field("open", .orNull(.string), "of compare --suite open: as --parts has it"),
        Field("corpus", .orNull(.object("corpus")), "the text; null where it was not kept"),
        Field("gate_order", .string, "of all its runs"), Field("seeds", .integer, "how many"),
        Field("steps", .integer, "updates in each training"),
        Field("is_judged", .boolean, "whether the paper's claims are judged by it"),
        Field("runs", .list(.object("run")), "one for each variant and seed; parts may share some"),
        Field("findings", .list(.object("judgement")), "claims of the paper, or what the part asks"),
        Field("causes", .list(.object("causes")), "what published differences are made of, by rival"),
      ]),
    Object(
      "judgement", "a statement beside what was measured",
      [
        Field("id", .string, "which statement"), Field("statement", .string, "what may be right"),
        Field("conditions", .string, "published or matched; empty where there is one set of runs"),
        Field("rule", .string, "what has to be above 0"),
        Field("quantity", .object("quantity"), "what differences are counted in"),
        Field("label", .string, "what is compared"),
        Field("measured", .list(.object("measured")), "what the rule asks for; empty if something is missing"),
        Field("verdict", .orNull(.string), "agrees, disagrees or inconclusive; null if something is missing"),
        Field("missing", .orNull(.string), "what was not measured; null if all was"),
      ]),
    Object(
      "quantity", "what differences are counted in",
      [
        Field("id", .string, "findings with the same share a chart"), Field("title", .string, "of the chart"),
        Field("unit", .string, "of the differences"),
      ]),
    Object(
      "measured", "one of the differences that a rule asks for",
      [
        Field("label", .string, "which of several; empty for a single one"),
        Field("difference", .object("paired_difference"), "by seed"),
      ]),
    Object("paired_difference", "a difference of two variants", paired),
    Object(
      "causes", "what the differences of a rival's bits and HyperRouter's are made of",
      [
        Field("rival", .string, "whose bits HyperRouter's are subtracted from"),
        Field("shares", .list(.object("shares")), "by k, the mean of all last"),
      ]),
    Object(
      "shares", "a published difference and its causes, which add up to it",
      [
        Field("k", .orNull(.integer), "experts for each token; null: the mean of all k"),
        Field("published", .object("paired_difference"), "both as their authors have them"),
        Field("schedule", .object("paired_difference"), "what goes with the same k schedule"),
        Field("scale", .object("paired_difference"), "what goes with the same scale of W_r, too"),
        Field("speed", .object("paired_difference"), "what goes with the same speed of W_r, too"),
        Field("router", .object("paired_difference"), "what is left"),
      ]),
  ]
}
