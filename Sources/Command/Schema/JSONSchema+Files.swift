import Experiments
import Jacobian

extension JSONSchema {
  /// What a run directory keeps besides results.
  static let files = [
    Object(
      "step", "a line of metrics.jsonl: what a step did",
      [
        Field("kind", .string, "step"), Field("step", .integer, "finished steps"),
        Field("loss", .number, "of the batch before the update, nats a symbol"),
        Field("bits_per_symbol", .number, "the same in bits"),
        Field("gradient_norm", .number, "before clipping"), Field("learning_rate", .number, "η"),
        Field("k", .integer, "experts for each token"),
      ]),
    Object(
      "look", "a line of metrics.jsonl: what a look on the way saw",
      [
        Field("kind", .string, "evaluation"), Field("step", .integer, "finished steps"),
        Field(
          "validation", .object("evaluation"),
          "at the k of the training at that step, with the first \(TrainingObserver.largestSymbols) symbols of the part"
        ),
        Field("mixtures", .list(.object("mixture")), "by layer, at k = 2, or 1 of one expert"),
        Field("first_choices", .list(.list(.integer)), "the first expert of every probed token, by layer"),
        Field("seconds", .number, "of training up to here"),
        Field("tokens_per_second", .number, "since the look before"),
      ]),
    Object(
      "origin", "origin.json: where a run or a comparison comes from",
      [
        Field("command", .list(.string), "the words of the command line that began it"),
        Field("version", .string, "the program's"), Field("begun", .string, "when, ISO 8601"),
        Field("system", .string, "the operating system"), Field("architecture", .string, "of the processor"),
        Field("cores", .integer, "of the machine"),
        Field("parts", .list(.object("origin_part")), "runs compared with one another"),
      ]),
    Object(
      "origin_part", "runs that are compared with one another",
      [
        Field("name", .string, "what tables call it"), Field("corpus", .object("corpus"), "the text"),
        Field("runs", .list(.string), "their directories"),
        Field("is_judged", .boolean, "whether claims are judged by them"),
        Field("open", .orNull(.string), "of compare --suite open: as --parts has it"),
      ]),
    Object(
      "configuration", "config.json of a run; that of a comparison is a list of them",
      [
        Field("format", .integer, "1"), Field("data", .string, "a built-in corpus or a file's path"),
        Field("tokens", .string, "bytes, characters or words"),
        Field("fingerprint", .orNull(.string), "a checksum of the text's symbols"),
        Field("model", .object("model"), "sizes"), Field("training", .object("options"), "options"),
        Field("vocabulary", .object("vocabulary"), "the symbols"),
        Field("started_from", .orNull(.string), "the run whose weights this one began with"),
        Field("evaluation_interval", .orNull(.integer), "steps between looks; a tenth of the run if null"),
        Field("patience", .orNull(.integer), "looks without a lower loss that end the run"),
        Field("patience_after", .orNull(.integer), "the step after which looks count; 0 if null"),
      ]),
    Object(
      "model", "a model's sizes",
      [
        Field("vocabulary", .integer, "V"), Field("layers", .integer, "L"), Field("model_width", .integer, "d"),
        Field("heads", .integer, "H"), Field("head_width", .integer, "d_h"), Field("expert_width", .integer, "f"),
        Field("experts", .integer, "N"), Field("segment", .integer, "T"), Field("memory", .integer, "M"),
        Field("router", .string, "what routes"), Field("gate_order", .string, "the order of softmax and top-k"),
        Field("norm", .string, "post or pre"), Field("dropout", .number, "rate"),
        Field("attention_dropout", .number, "rate"), Field("embedding_width", .integer, "m"),
        Field("hypernetwork_width", .integer, "s"), Field("hypernetwork_depth", .integer, "linear maps in 𝓗"),
        Field("shares_hypernetwork", .boolean, "whether all layers share one 𝓗"),
        Field("router_scale", .optional(.string), "how large W_r begins; as released if missing"),
        Field("embedding_scale", .optional(.string), "how large e begins; as released if missing"),
        Field("balance_coefficient", .optional(.number), "α; the router's default if missing"),
      ]),
    Object(
      "options", "how a model is trained",
      [
        Field("batch", .integer, "B"), Field("steps", .integer, "S"),
        Field("learning_rate", .object("learning_rate"), "η over the run"),
        Field("clip", .number, "the largest gradient norm let through"),
        Field("k_schedule", .string, "MODE:K or MODE:MIN:MAX"), Field("seed", .integer, "of weights and dropout"),
        Field("shards", .integer, "parts of a batch"),
        Field("router_learning_rate", .orNull(.number), "factor of η for the router; 1 if null"),
        Field("weight_decay", .orNull(.number), "λ; 0 if null"),
        Field("extended_from", .orNull(.list(.integer)), "the lengths that the run had before"),
      ]),
    Object(
      "learning_rate", "η over a run",
      [
        Field("peak", .number, "at its highest"), Field("course", .string, "cosine or constant"),
        Field("warmup", .integer, "steps of linear increase"),
        Field("minimum", .optional(.number), "at the end of a cosine; 0 if missing"),
      ]),
    Object(
      "vocabulary", "the symbols of a text",
      [
        Field("tokenization", .string, "bytes, characters or words"),
        Field("symbols", .list(.symbol), "in order: numbers for bytes, strings for characters and words"),
      ]),
  ]
}
