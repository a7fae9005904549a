import Benchmarks
import Experiments

extension JSONSchema {
  /// How fast it is.
  static let others = [
    Object(
      "benchmark", "benchmark --json",
      [
        Field("threads", .integer, "used where rows do not say otherwise"),
        Field("peak_gflops", .object("peak"), "multiply-adds of one core, twice counted"),
        Field("peak_gflops_all_threads", .object("peak"), "of all threads together"),
        Field("matmul", .orNull(.list(.object("matmul_row"))), "matrix products"),
        Field("products", .orNull(.list(.object("product_row"))), "matrix products of a training step"),
        Field("kernels", .orNull(.list(.object("kernel_row"))), "other kernels"),
        Field("training", .orNull(.list(.object("training_row"))), "steps of training"),
        Field("scaling", .orNull(.list(.object("training_row"))), "the same for more experts"),
        Field("inference", .orNull(.list(.object("inference_row"))), "evaluation and generation"),
        Field("memory", .orNull(.list(.object("memory_row"))), "what the process holds"),
      ]),
    Object(
      "presets", "presets --json",
      [
        Field("presets", .list(.object("preset")), "smallest first"),
        Field("router", .string, "whose numbers and times these are"), Field("vocabulary", .integer, "V"),
        Field("threads", .integer, "of the times"),
        Field("timed_preset", .string, "whose steps were timed; all other times are computed"),
      ]),
    Object(
      "preset", "what --preset stands for",
      [
        Field("name", .string, "the preset"), Field("layers", .integer, "L"), Field("model_width", .integer, "d"),
        Field("heads", .integer, "H"), Field("head_width", .integer, "d_h"), Field("expert_width", .integer, "f"),
        Field("experts", .integer, "N"), Field("top_k", .integer, "k where it does not grow"),
        Field("segment", .integer, "T"), Field("memory", .integer, "M"), Field("batch", .integer, "B"),
        Field("steps", .integer, "updates"), Field("trained_parameters", .integer, "trainable parameters"),
        Field("learning_rate", .number, "η at its highest"), Field("dropout", .number, "rate"),
        Field("operations", .number, "floating-point operations of the whole training, a multiply-add being two"),
        Field("estimated_seconds", .number, "of the whole training"),
      ]),
    Object(
      "peak", "by scalar", [Field("float", .number, "single precision"), Field("double", .number, "double precision")]),
    Object(
      "matmul_row", "an m×k by k×n product",
      [
        Field("m", .integer, "rows"), Field("k", .integer, "depth"), Field("n", .integer, "columns"),
        Field("batch", .integer, "products at once"), Field("scalar", .string, "float or double"),
        Field("transpose", .string, "which operand is transposed"), Field("threads", .integer, "used"),
        Field("gflops", .number, "median"), Field("of_peak", .number, "share of the peak"),
        Field("spread", .number, "distance of the quartiles over the median"),
      ]),
    Object(
      "product_row", "a linear map of a training step, Float, one thread",
      [
        Field("preset", .string, "the model"), Field("product", .string, "the weight"),
        Field("pass", .string, "forward, input gradient or weight gradient"), Field("m", .integer, "rows"),
        Field("k", .integer, "depth"), Field("n", .integer, "columns"), Field("batch", .integer, "products at once"),
        Field("bytes", .integer, "of factors and result"),
        Field("share", .number, "of the multiply-adds of all these products"),
        Field("warm", .number, "share of the peak with operands that were just used"),
        Field("cold", .number, "share of the peak with operands that come from memory"),
      ]),
    Object(
      "kernel_row", "a kernel",
      [
        Field("kernel", .string, "its name"), Field("count", .integer, "elements"),
        Field("ns_per_element", .number, "median"), Field("copy_ns_per_element", .number, "of copying as many bytes"),
      ]),
    Object(
      "training_row", "a preset, trained",
      [
        Field("preset", .string, "its sizes"), Field("threads", .integer, "used"),
        Field("k", .integer, "experts for each token"),
        Field("experts", .integer, "N"), Field("dropout", .number, "rate"),
        Field("tokens_per_second", .number, "median"),
        Field("spread", .number, "distance of the quartiles over the median"),
        Field("of_peak", .number, "necessary work over the peak"), Field("peak_memory_mb", .number, "of the process"),
        Field("breakdown", .object("breakdown"), "shares of a step's time"),
      ]),
    Object(
      "breakdown", "shares of a step's time; they add up to 1",
      StepPart.allCases.map { Field($0.rawValue, .number, "of the part of a step that is called so") }),
    Object(
      "inference_row", "a preset, evaluated and generating",
      [
        Field("preset", .string, "its sizes"), Field("threads", .integer, "used"),
        Field("evaluation_tokens_per_second", .number, "median"),
        Field("evaluation_over_training", .number, "ratio of tokens per second"),
        Field("generation_ms_per_token", .number, "median"),
        Field("generation_growth", .number, "of the time per token over a long text"),
      ]),
    Object(
      "memory_row", "what the process holds",
      [
        Field("preset", .string, "its sizes"), Field("threads", .integer, "used"),
        Field("early_step", .integer, "a step"),
        Field("late_step", .integer, "a later one"), Field("early_mb", .number, "then"),
        Field("late_mb", .number, "later"),
      ]),
  ]
}
