import Experiments

extension JSONSchema {
  /// The paper's comparison of Jacobians.
  static let jacobian = [
    Object(
      "jacobian", "jacobian --json",
      [
        Field("subject", .object("jacobian_subject"), "what was looked at"),
        Field("gate_order", .string, "softmax-topk or topk-softmax"),
        Field("verdicts", .list(.object("claim_verdict")), "one for each claim"),
        Field("claims", .list(.object("claim_result")), "what was compared and measured, by claim"),
        Field("collapse", .list(.object("claim_result")), "what is measured beside the claims"),
        Field("undecided", .list(.integer), "claims for which nothing that could have failed was found"),
      ]),
    Object(
      "jacobian_subject", "what `jacobian` looked at",
      [
        Field("layers", .integer, "L"), Field("model_width", .integer, "d"), Field("expert_width", .integer, "f"),
        Field("experts", .integer, "N"), Field("gate_order", .string, "of the models"),
        Field("corpus", .orNull(.string), "the text; null for a stored run"),
        Field("checkpoint", .orNull(.string), "the stored run's directory"),
        Field("seed", .orNull(.integer), "the first seed; null for a stored run"),
        Field("models", .list(.object("jacobian_model")), "one for each router"),
        Field("curve", .orNull(.object("jacobian_curve")), "the sizes of the curve of ranks"),
      ]),
    Object(
      "jacobian_model", "a model, and when it was looked at",
      [
        Field("router", .string, "what routes"), Field("steps", .integer, "finished"),
        Field("planned_steps", .integer, "of the whole run"),
        Field("k", .integer, "experts for each token at that step"),
      ]),
    Object(
      "jacobian_curve", "the sizes of the curve of ranks",
      [
        Field("experts", .integer, "N"), Field("model_width", .integer, "d"),
        Field("hypernetwork_width", .integer, "s"),
        Field("steps", .integer, "of each training"),
      ]),
    Object(
      "claim_verdict", "one claim of the paper",
      [
        Field("claim", .integer, "1 to 7"), Field("statement", .string, "what it says"),
        Field("holds", .orNull(.boolean), "null where nothing that could have failed was found"),
        Field("compared", .integer, "bounds"), Field("failed", .integer, "bounds not respected"),
        Field("routers", .list(.string), "about which something was decided"),
      ]),
    Object(
      "claim_result", "one measured line",
      [
        Field("claim", .orNull(.integer), "1 to 7; null for collapse"), Field("router", .string, "what routes"),
        Field("statement", .string, "quantity and setting"), Field("quantity", .string, "what is measured"),
        Field("setting", .object("claim_setting"), "where"),
        Field("measured", .orNull(.number), "the worst finding; null if not finite"),
        Field("bound", .orNull(.number), "null for a measure that no theorem bounds"),
        Field("holds", .orNull(.boolean), "null for a measure, and where no way was fine enough"),
        Field("findings", .list(.object("finding")), "the same number found several ways"),
        Field("levels", .list(.object("level")), "what it would be by chance"),
      ]),
    Object(
      "claim_setting", "where a number was found; null for what it does not depend on",
      [
        Field("part", .orNull(.string), "curve: of the curve of ranks"),
        Field("layer", .orNull(.integer), "counted from 0; null where it is the worst of all"),
        Field("last_step", .orNull(.integer), "of the steps looked at; the first is 0"),
        Field("looks", .orNull(.integer), "at how many of them"),
        Field("k", .orNull(.integer), "experts for each token"),
        Field("tokens", .orNull(.integer), "looked at"), Field("seeds", .orNull(.integer), "trainings looked at"),
        Field("embedding_width", .orNull(.integer), "m"), Field("draws", .orNull(.integer), "of e"),
        Field("fixed_rank", .orNull(.integer), "N−1"),
        Field("switched_units", .orNull(.integer), "F, of 𝓗"), Field("regions", .orNull(.integer), "R, of 𝓗"),
      ]),
    Object(
      "finding", "a number, found in one way",
      [
        Field("way", .string, "closed form, autodiff, differences, …"),
        Field("value", .orNull(.number), "null if not finite"),
        Field("decides", .orNull(.boolean), "whether the way is fine enough for the bound; null where there is none"),
      ]),
    Object(
      "level", "a number by chance",
      [Field("way", .string, "how it is reckoned"), Field("value", .orNull(.number), "null if not finite")]),
  ]
}
