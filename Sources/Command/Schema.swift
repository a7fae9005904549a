import Benchmarks
import Experiments
import Jacobian
import RunFiles
import Training

/// What the program's JSON looks like: the objects that are printed or kept whole, and those inside them.
enum Schema {
  private static let roots: [any Described.Type] = [
    Comparison.Result.self, TrainRun.Result.self, TextMeasurement.self, GeneratedTexts.self, GeneratedCorpus.self,
    RouterResult.self, SuiteResult.self, HeadroomResult.self, JacobianOutcome.self, Trace.self, FinetuneOutcome.self,
    ClassifierMeasurement.self, LabelledLines.self, TrainingMetric.self, TrainingEvaluation.self, RunOrigin.self,
    RunConfiguration.self,
    ClassifierConfiguration.self, BenchmarkReport.self, PresetTable.self, RunList.self,
  ]

  /// All objects.
  static let all = objects(roots)

  private static func objects(_ types: [any Described.Type]) -> [SchemaObject] {
    do { return try SchemaObject.all(types, common: SchemaObject.meanings(of: common[...])) } catch {
      preconditionFailure("Schema: \(error)")
    }
  }

  /// An object and all that stands inside it; none if there is no such object.
  static func inside(_ name: String) -> [SchemaObject] {
    all.first { $0.name == name }.map { objects([$0.type]) } ?? []
  }

  /// What keys mean wherever they stand, unless the type of an object says something else; last those whose names say it.
  static let common = """
    accuracy: share that is right
    batch: B
    bits: mean −log₂ p of a symbol
    bits_per_symbol: the loss in bits
    bound, measured: null where there is none, or it is not finite
    chance_baseline: what guessing comes to
    by_operation: share that is training's most frequent answer to lists with the same outermost operator
    ceiling: accuracy that nothing can exceed; null where it is not known
    chance: accuracy of always answering the most frequent label, of training or of another file
    clip: the largest gradient norm let through
    compared, failed: bounds, and those that were not respected
    context, longest: symbols that are read of a text
    cores, threads: used; nothing but times depends on threads
    dropout, attention_dropout: rate
    embedding_width: m
    entropy_bits_per_symbol: of the source, exact; null where it is not known
    experts: N
    expert_width: f
    fingerprint: a checksum of the texts
    gradient_norm: before clipping
    half_width_95: half the 95 % interval over seeds, Student's t; null for one seed
    head_width: d_h
    heads: H
    holds: null where nothing that could have failed was found
    hypernetwork_width: s
    is_judged: whether the paper's claims are judged by it
    k, top_k: experts for each token
    k_schedule: MODE:K or MODE:MIN:MAX; of a result also dense
    label: what is compared
    layer, token: counted from 0
    layers: L
    learning_rate: η
    loss, training_loss: mean −ln p of what is predicted
    mean, differences: over seeds
    memory: M, tokens
    model_width: d
    name, title: what tables call it
    of_peak, spread: share of the peak, and distance of the quartiles over the median
    open: of compare --suite open: as --parts has it
    operations: floating-point, a multiply-add being two
    patience: evaluations without improvement that end a training; null: none do
    perplexity: exp(loss)
    recall_bits: mean bits of recalled symbols; texts that have some
    router: what routes
    seed: determines all that is random; of several the first
    segment: T
    shards: parts that a batch is cut into
    standard_error: √(p (1−p) / n)
    statement: what may be right
    step, steps: finished updates, and those of the whole run
    symbols, answers: how many were predicted
    tokens_per_second: median
    inconclusive: claims for which nothing that could have failed was found
    value: null if not finite
    vocabulary: V
    a, architecture, b, begun, bits_by_position, characters, checkpoint, chosen_step, claim, command
    copy_ns_per_element, corpus, correct, count, data, decides, depth, double, draws, e, early_mb, early_step
    embedding_gradient, estimated_seconds, evaluation_over_training, evaluation_tokens_per_second, float, format, from
    generation_growth, generation_ms_per_token, id, kernel, labels, late_mb, late_step, lines, minimum, snapshots, missing
    next_symbol, ns_per_element, parameters, path, peak, peak_memory_mb, planned_steps, preset, probability, product
    prompt, quantity, regions, routers, runs, seeds, shape, share, suite, symbol, system, target, test
    test_texts, text, texts, through, tokens, train, trainable_parameters, training_texts, truncated, unit, validation
    validation_texts, version, warmup, way, weights, z
    """
}
