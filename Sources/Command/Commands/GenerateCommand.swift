import Experiments
import Foundation
import RunFiles
import Tensors
import Training

extension Command {
  /// `hyperrouter generate`: text from a checkpoint.
  static let generate = Command(
    "generate", summary: "continue a prompt with a trained model",
    discussion: """
      Prints the prompt and what follows. Several samples are set apart by a line with their seed. A symbol is chosen by the \
      logits divided by --temperature; then --top-k leaves the likeliest ones, and of these --top-p.
      """,
    groups: [
      FlagGroup(
        "What to write",
        [
          RunFlags.checkpoint, RunFlags.weights, GenerateFlags.prompt, GenerateFlags.promptFile, GenerateFlags.length,
          GenerateFlags.stop, GenerateFlags.samples,
        ]),
      FlagGroup(
        "How symbols are chosen",
        [
          GenerateFlags.temperature, GenerateFlags.topK, GenerateFlags.topP, GenerateFlags.seed,
          GenerateFlags.experts,
        ]),
      RunFlags.threadsAndOutput,
    ],
    examples: [
      Example("one sentence", "--checkpoint", "runs/book", "--prompt", "Once upon", "--stop", "."),
      Example(
        "three samples without unlikely symbols", "--checkpoint", "runs/book", "--samples", "3", "--top-p", "0.9"),
    ],
    check: { try GenerateFlags.check($0) }
  ) { options, console in
    try reporting {
      let run = try StoredRun(RunDirectory.open(options[RunFlags.checkpoint]))
      let (configuration, vocabulary) = (run.configuration.model, run.configuration.vocabulary)
      let k = options[GenerateFlags.experts] ?? run.configuration.training.kSchedule.maximum
      guard k <= configuration.experts else {
        throw CommandError.usage("--k: found \(k), expected at most the number of experts, \(configuration.experts)")
      }
      let prompt = try Prompt(options, vocabulary)
      var beginning = Generator(
        try run.model(options[RunFlags.weights]), k: k, sampling: GenerateFlags.sampling(options),
        seed: UInt64(options[GenerateFlags.seed]), workers: Workers(count: options[RunFlags.threads]))
      beginning.read(prompt.symbols)
      let isJSON = options[RunFlags.json]
      let count = options[GenerateFlags.samples]
      var samples: [GeneratedTexts.Sample] = []
      for index in 0..<count {
        let seed = UInt64(options[GenerateFlags.seed] + index)
        var generator = beginning
        generator.reseed(seed)
        var stream = DecodedStream(vocabulary, after: prompt.symbols)
        var written = StoppedText(until: options[GenerateFlags.stop])
        if !isJSON {
          if count > 1 {
            let heading = "--- sample \(index + 1) of \(count), seed \(seed) ---"
            try console.print((index > 0 ? "\n" : "") + console.style.bold(heading))
          }
          try console.emit(prompt.text)
        }
        for _ in 0..<options[GenerateFlags.length] where !written.isStopped {
          let piece = written.append(stream.append(try generator.next()))
          if !isJSON { try console.emit(piece) }
        }
        if isJSON {
          samples.append(GeneratedTexts.Sample(seed: seed, text: written.text))
        } else {
          try console.emit("\n")
        }
      }
      if isJSON {
        try console.printObject(
          Stamped(
            GeneratedTexts(
              prompt: vocabulary.decode(prompt.symbols), k: k, samples: samples)))
      }
    }
  }
}
