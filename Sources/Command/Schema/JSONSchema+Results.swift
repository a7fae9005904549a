import Experiments
import Training

extension JSONSchema {
  /// What commands print with --json and keep in results.json.
  static let results = [
    Object(
      "comparison", "compare --json; results.json of a comparison",
      [
        Field("corpus", .object("corpus"), "the text"),
        Field("preset", .string, "where sizes come from that no flag gave"),
        Field("conditions", .string, "matched or published: what differs besides the router"),
        Field("gate_order", .string, "softmax-topk or topk-softmax"),
        Field("seed", .integer, "the first seed"),
        Field("seeds", .integer, "how many seeds"),
        Field("steps", .integer, "updates in each training"),
        Field("threads", .integer, "threads used; nothing but times depends on it"),
        Field("sizes", .object("sizes"), "what all runs share"),
        Field("routers", .list(.object("run")), "one for each router and seed"),
        Field("differences", .list(.object("difference")), "one for each pair of routers and each k"),
      ]),
    Object(
      "training", "train --json; results.json of a run of train",
      run
        + [
          Field("corpus", .object("corpus"), "the text"),
          Field("steps", .integer, "updates of the whole run"),
          Field("finished_steps", .integer, "updates made; fewer if --patience ended the run"),
          Field("final_training_loss", .number, "mean over the last steps, nats a symbol"),
          Field("final_training_bits_per_symbol", .number, "the same in bits"),
          Field("path", .string, "the run's directory"),
        ]),
    Object(
      "evaluated", "evaluate --json",
      [
        Field("corpus", .object("corpus"), "the text"), Field("split", .string, "train, validation or test"),
        Field("step", .integer, "after how many steps the weights were written"),
        Field("memory", .list(.integer), "tokens of memory, at most, of each evaluation"),
        Field("evaluation", .list(.object("evaluation")), "one for each memory and k"),
      ]),
    Object(
      "generated", "generate --json",
      [
        Field("prompt", .string, "what was read first"), Field("k", .integer, "experts for each token"),
        Field("samples", .list(.object("continuation")), "one, or as many as --samples says"),
      ]),
    Object(
      "written_corpus", "corpus --json",
      [
        Field("name", .string, "the corpus"), Field("characters", .integer, "its length"),
        Field("lines", .integer, "how many"), Field("seed", .integer, "determines the text"),
        Field("entropy_bits_per_symbol", .orNull(.number), "of the source, exact, where it is known"),
        Field("path", .orNull(.string), "the file, if the text was written to one"),
      ]),
  ]

  /// One trained model.
  private static let run = [
    Field("router", .string, "what routes"), Field("variant", .string, "its name in an experiment"),
    Field("seed", .integer, "of weights and dropout"),
    Field(
      "evaluation", .list(.object("evaluation")), "on the validation part, by which choices are made; one for each k"),
    Field("test", .list(.object("evaluation")), "on the test part, from which figures come; at the same k"),
    Field("multiply_adds_per_token", .list(.number), "forward, for each k"),
    Field("best_k", .orNull(.integer), "the k with the lowest loss on the validation part"),
    Field("common_k", .integer, "the k at which routers are compared"),
    Field(
      "common", .orNull(.object("evaluation")),
      "on the test part at common_k; null where that is one of the k asked for"),
    Field("last_k", .orNull(.integer), "the k of the last step; null for a dense network"),
    Field("k_schedule", .string, "MODE:K or MODE:MIN:MAX, or dense"),
    Field("mixtures", .list(.object("mixture")), "by layer, on the test part at the common k"),
    Field(
      "routing_tables", .list(.object("routing_table")),
      "by layer, on the test part at the common k; none for k above \(RoutingTable.largestK) or more than \(RoutingTable.largestExperts) experts"
    ),
    Field("policies", .list(.object("policy")), "the trained experts with other routings"),
    Field("entropy_nats_per_layer", .list(.number), "of s at the best k, on the test part"),
    Field(
      "without_memory", .orNull(.object("evaluation")),
      "on the test part at the best k, memory switched off; texts with recalled symbols"),
    Field(
      "reach", .orNull(.object("reach")),
      "on the test part at the best k, with memories of other lengths and of other things; compare --suite open"),
    Field(
      "finetuning", .orNull(.object("finetuning_measures")), "on the built-in task; compare --suite open"),
    Field("course", .list(.object("course_point")), "looks on the way, the first before the first step"),
    Field("sample", .orNull(.object("sample")), "what the model writes"),
    Field("reading", .orNull(.object("reading")), "the beginning of the test part at the common k"),
    Field("trainable_routing_parameters", .integer, "trainable parameters that decide routing"),
    Field(
      "fixed_routing_parameters", .orNull(.integer), "fixed numbers that decide routing; what layers share counts once"),
    Field("parameters", .integer, "all trainable parameters"),
    Field("tokens_per_second", .number, "over the steps of the last session"),
    Field("seconds", .number, "of the last session"), Field("timed_steps", .integer, "of the last session"),
  ]

  /// What a run consists of.
  static let runs = [
    Object("run", "one trained model", run),
    Object(
      "corpus", "a text",
      [
        Field("name", .string, "the file's name, or that of a built-in corpus"),
        Field("tokens", .string, "bytes, characters or words"),
        Field("symbol", .string, "what bits are counted by: character, byte or word"),
        Field("vocabulary", .integer, "V"), Field("training_symbols", .integer, "the first 90 %"),
        Field("validation_symbols", .integer, "the next 5 %"), Field("test_symbols", .integer, "the last 5 %"),
        Field("entropy_bits_per_symbol", .orNull(.number), "of the source, where it is known"),
        Field(
          "recall_bits_by_chance", .orNull(.number), "of recalled symbols without any memory, where there are some"),
      ]),
    Object(
      "sizes", "what all runs of a comparison share",
      [
        Field("layers", .integer, "L"), Field("model_width", .integer, "d"), Field("heads", .integer, "H"),
        Field("head_width", .integer, "d_h"), Field("expert_width", .integer, "f"), Field("experts", .integer, "N"),
        Field("segment", .integer, "T"), Field("memory", .integer, "M"), Field("batch", .integer, "B"),
      ]),
    Object(
      "evaluation", "a model on a text at one k",
      [
        Field("k", .integer, "experts for each token"), Field("loss", .number, "mean −ln p of a symbol"),
        Field("bits_per_symbol", .number, "the same in bits"), Field("perplexity", .number, "exp(loss)"),
        Field("symbols", .integer, "how many were predicted"),
        Field("entropy_nats_per_layer", .list(.number), "mean entropy of s; at most ln N"),
        Field("load_per_layer", .list(.list(.number)), "the share of assignments of each expert"),
        Field(
          "dialect_information_bits_per_layer", .orNull(.list(.number)),
          "mutual information of a token's dialect and its first expert; builtin:dialects"),
        Field("recall_bits", .orNull(.number), "mean bits of recalled symbols; builtin:dialects, builtin:recall"),
        Field("recall_by_distance", .orNull(.list(.object("recalled"))), "the same, nearest first"),
        Field("answers", .orNull(.object("answers")), "the values of lists; builtin:lists"),
        Field("unknown_words", .orNull(.object("unknown_words")), "words of a vocabulary that has <unk>"),
      ]),
    Object(
      "recalled", "symbols that repeat what stands at some distances before them",
      [
        Field("from", .integer, "the smallest distance"),
        Field("through", .orNull(.integer), "the largest; null without end"),
        Field("symbols", .integer, "how many were predicted"), Field("bits", .number, "their mean −log₂ p"),
      ]),
    Object(
      "answers", "how many values of lists a model knows",
      accuracy + [Field("by_depth", .list(.object("answers_of_depth")), "the same, shallowest first")]),
    Object(
      "answers_of_depth", "the values of lists that are nested so deep",
      [Field("depth", .integer, "1 for a list of digits")] + accuracy),
    Object(
      "unknown_words", "the loss without targets that are <unk>; that of the evaluation counts <unk> as a word",
      [
        Field("share", .number, "of targets that are <unk>"),
        Field("known_loss", .orNull(.number), "mean −ln p of the others; null if there are none"),
        Field("known_perplexity", .orNull(.number), "exp(known_loss)"),
        Field(
          "perplexity_by_frequency", .orNull(.number),
          "by the frequency of words in the training part alone; null if that was not counted"),
        Field("known_perplexity_by_frequency", .orNull(.number), "the same of known words"),
      ]),
    Object(
      "mixture", "what one mixture does with held-out text",
      [
        Field("expert_similarity", .number, "mean cosine of two experts' outputs for one token"),
        Field("unpaired_expert_similarity", .number, "the same for different tokens: its level of chance"),
        Field("output_effective_rank", .number, "of the layer's outputs; at most d"),
        Field("routing_share", .orNull(.number), "|J₂ᵀu| / |J₁ᵀu|"),
        Field("variance_seen", .orNull(.number), "share of the tokens' variance in the span of W_r's row differences"),
        Field("variance_seen_by_chance", .number, "(N−1)/d"),
        Field("displacement", .orNull(.number), "|W_r − W_r(0)| / |W_r(0)|"),
        Field("margin", .orNull(.number), "last chosen logit less first one not chosen; null for k = N"),
        Field("margin_by_chance", .orNull(.number), "the same for independent normal logits of the same spread"),
      ]),
    Object(
      "routing_table", "which experts work together, and for which tokens",
      [
        Field("co_activation", .list(.list(.number)), "share of tokens that have both experts, N×N"),
        Field(
          "first_choice_by_dialect", .orNull(.list(.list(.number))),
          "share of a dialect's tokens that each expert is first choice of; builtin:dialects"),
      ]),
    Object(
      "policy", "the trained experts, routed in some way",
      [
        Field("policy", .string, "learned, permuted (as another token), initial (as before training) or uniform"),
        Field("evaluation", .object("evaluation"), "on the test part at the common k"),
      ]),
    Object(
      "course_point", "a look at a model on the way",
      [
        Field("step", .integer, "finished steps"),
        Field("validation", .object("evaluation"), "at the k of the training at that step"),
        Field("mixtures", .list(.object("mixture")), "by layer, at k = 2, or 1 of one expert"),
        Field("saturation", .list(.object("saturation")), "by layer"),
      ]),
    Object(
      "saturation", "how much of a routing is already the final one",
      [
        Field("share", .number, "of tokens whose first expert is the final one"),
        Field("by_chance", .number, "what two unrelated routings with the same loads would share"),
      ]),
    Object(
      "continuation", "what generate wrote",
      [Field("seed", .integer, "determines the choices"), Field("text", .string, "without the prompt")]),
    Object(
      "sample", "generated text",
      [Field("text", .string, "240 symbols"), Field("k", .integer, "experts for each token")]),
    Object(
      "reading", "a text as a model read it",
      [
        Field("k", .integer, "experts for each token"), Field("symbols", .list(.string), "the text, symbol by symbol"),
        Field("bits", .list(.orNull(.number)), "−log₂ p of each; null for the first, which nothing predicts"),
        Field("first_experts", .list(.list(.integer)), "the first expert of each symbol, by layer"),
      ]),
    Object(
      "difference", "two variants at one k, paired by seed, on the test part",
      [
        Field("a", .string, "a variant"), Field("b", .string, "another one"),
        Field("k", .integer, "experts for each token"),
      ] + paired),
  ]

  private static let accuracy = [
    Field("answers", .integer, "how many were predicted"),
    Field("accuracy", .number, "share of them that is the model's likeliest symbol"),
    Field("by_chance", .number, "share of them that is the training part's most frequent answer"),
    Field(
      "by_operation", .orNull(.number),
      "share of them that is its most frequent answer to lists with the same outermost operator; null in earlier results"
    ),
  ]

  static let paired = [
    Field("differences", .list(.number), "one for each seed"), Field("mean", .number, "of the differences"),
    Field("half_width_95", .orNull(.number), "half the 95 % interval, Student's t; null for one seed"),
  ]
}
