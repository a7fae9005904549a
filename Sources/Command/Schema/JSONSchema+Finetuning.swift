extension JSONSchema {
  /// What `finetune` prints and keeps.
  static let finetuning = [
    Object(
      "finetuning", "finetune --json; its results.json",
      [
        Field("task", .object("classification_task"), "the texts"),
        Field("router", .string, "what routes"),
        Field("pretrained", .object("pretrained"), "the run that it began with"),
        Field("training", .object("options"), "of every classifier; the seed is the first"),
        Field("seeds", .integer, "how many seeds"),
        Field("threads", .integer, "threads used; nothing but times depends on it"),
        Field("classifiers", .list(.object("finetuned")), "one for each seed and condition"),
        Field("summary", .object("finetuning_summary"), "what they say together"),
      ]),
    Object(
      "classification_task", "labelled texts in the symbols of a model",
      [
        Field("name", .string, "the file's name, or that of the built-in task"),
        Field("labels", .list(.string), "in the order of their numbers"),
        Field("training_texts", .integer, "to learn from"), Field("validation_texts", .integer, "to choose by"),
        Field("test_texts", .integer, "to measure on"),
        Field("context", .integer, "symbols that are read of a text at most, T + M"),
        Field("longest", .integer, "symbols that are read of the longest text"),
        Field("truncated", .integer, "texts that lost their beginning"),
        Field("chance", .number, "accuracy on the test part of always answering training's most frequent label"),
        Field("ceiling", .orNull(.number), "accuracy of the best classifier there can be; built-in task"),
      ]),
    Object(
      "pretrained", "the run that a body was pretrained in",
      [
        Field("path", .string, "its directory"), Field("weights", .string, "last or best"),
        Field("step", .integer, "after how many steps they were written"),
      ]),
    Object(
      "finetuned", "one classifier; results.json of its directory",
      [
        Field("condition", .string, "finetuned, scratch or frozen"),
        Field("seed", .integer, "of new weights, of the order of texts, and of dropout"),
        Field("epochs", .list(.object("finetuning_epoch")), "looks on the way"),
        Field("chosen_step", .integer, "after which step the weights were the ones measured"),
        Field("validation", .list(.object("classification")), "one for each k"),
        Field("test", .list(.object("classification")), "at the same k"),
        Field("trained_parameters", .integer, "numbers that learnt"),
      ]),
    Object(
      "finetuning_epoch", "a look at the end of an epoch, or of the training",
      [
        Field("step", .integer, "finished steps"),
        Field("training_loss", .number, "mean since the look before, nats a text"),
        Field("validation", .object("classification"), "at the k of the last step of the training"),
      ]),
    Object(
      "classification", "a classifier on labelled texts at one k",
      [
        Field("k", .integer, "experts for each token"), Field("correct", .integer, "texts that were given their label"),
        Field("texts", .integer, "how many were classified"), Field("loss", .number, "mean −ln p of the label"),
        Field("accuracy", .number, "correct over texts"), Field("standard_error", .number, "√(p (1−p) / n)"),
      ]),
    Object(
      "finetuning_summary", "all classifiers of a finetuning, on the test part",
      [
        Field("accuracies", .list(.object("accuracy")), "one for each condition and k, and for the chosen k"),
        Field("differences", .list(.object("accuracy_difference")), "one for each pair of conditions and k"),
      ]),
    Object(
      "accuracy", "one condition over seeds",
      [
        Field("condition", .string, "finetuned, scratch or frozen"),
        Field("k", .orNull(.integer), "experts for each token; null: for each seed the best k on the validation part"),
        Field("mean", .number, "over seeds"), Field("standard_error", .number, "√(p (1−p) / n), mean over seeds"),
        Field("half_width_95", .orNull(.number), "half the 95 % interval over seeds, Student's t; null for one seed"),
      ]),
    Object(
      "accuracy_difference", "two conditions at one k, paired by seed",
      [
        Field("a", .string, "a condition"), Field("b", .string, "the one that is subtracted"),
        Field("k", .integer, "experts for each token"),
      ] + paired),
    Object(
      "classifier", "config.json of a classifier; that of a finetuning is a list of them",
      [
        Field("kind", .string, "classifier"), Field("format", .integer, "1"),
        Field("condition", .string, "finetuned, scratch or frozen"),
        Field("labels", .list(.string), "in the order of their numbers"),
        Field("pretrained", .object("pretrained"), "the run that the body is from"),
        Field("data", .object("classification_data"), "where the texts come from"),
        Field("fingerprint", .string, "a checksum of the texts"), Field("model", .object("model"), "sizes of the body"),
        Field("training", .object("options"), "of the classifier"),
        Field("vocabulary", .object("vocabulary"), "the symbols"),
      ]),
    Object(
      "classification_data", "where labelled texts come from",
      [
        Field("train", .string, "a file's path, or builtin:dialects"),
        Field("validation", .orNull(.string), "a file's path; a tenth of train if null"),
        Field("test", .orNull(.string), "a file's path; a tenth of train if null"),
      ]),
    Object(
      "classified", "evaluate --json of a classifier",
      [
        Field("data", .string, "the file's name, or that of the built-in task"),
        Field("split", .orNull(.string), "the part of the classifier's own data; null for another file"),
        Field("condition", .string, "finetuned, scratch or frozen"),
        Field("step", .integer, "after how many steps the classifier had its weights"),
        Field("truncated", .integer, "texts that lost their beginning"),
        Field(
          "chance", .number,
          "accuracy of always answering training's most frequent label; of another file's texts, their own"),
        Field("classification", .list(.object("classification")), "one for each k"),
      ]),
  ]
}
