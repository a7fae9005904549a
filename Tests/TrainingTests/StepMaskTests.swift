import Tensors
import TestSupport
import Testing

@testable import Training

/// The dropout masks of a training run, seen where they are kept: memory holds the embeddings after their dropout.
@Suite("Dropout masks of steps and shards")
struct StepMaskTests {
  /// The masks of the embedding, for every step and every shard of equally many rows.
  private func masks(steps: Int, shards: Int, rows: Int, seed: UInt64 = 3) throws -> [DropoutMask] {
    // A step so small that no weight changes, and a memory of exactly one segment.
    var run = try smallRun(.smoe, dropout: 0.5, shards: shards, steps: 100, learningRate: 1e-300, batch: shards * rows)
    run.model.memory = run.model.segment
    run.training.kSchedule = KSchedule(.constant, 2, 2)
    run.training.seed = seed
    let trainer = try run.trainer(run.livelyModel(Double.self))
    var masks: [DropoutMask] = []
    for step in 0..<steps {
      _ = try trainer.step()
      let embeddings = trainer.state.host.tensors[0]
      #expect(embeddings.shape == [shards * rows, run.model.segment, run.model.modelWidth])
      for shard in 0..<shards {
        let own = embeddings.sliced(0, shard * rows..<(shard + 1) * rows).scalars
        masks.append(
          DropoutMask(
            "step \(step), shard \(shard), seed \(seed)",
            Dictionary(uniqueKeysWithValues: own.enumerated().map { ($0.offset, $0.element != 0) })))
      }
    }
    return masks
  }

  @Test("No two steps and no two shards share a mask, and no seed has another's")
  func stepsAndShards() throws {
    let masks = try masks(steps: 7, shards: 3, rows: 5) + (try masks(steps: 2, shards: 3, rows: 5, seed: 4))
    #expect(masks.count == 27 && masks.allSatisfy { $0.kept.count == 240 })
    let (faults, pairs) = DropoutMask.dependences(among: masks)
    #expect(pairs == 351)
    #expect(faults == [])
  }

  @Test("The rows of one shard do not share a mask either")
  func rows() throws {
    let whole = try masks(steps: 2, shards: 1, rows: 12)
    let masks = whole.flatMap { mask in
      (0..<4).map { part in
        DropoutMask(
          "\(mask.place), rows \(part)",
          Dictionary(
            uniqueKeysWithValues: (0..<144).map { ($0, mask.kept[part * 144 + $0] ?? false) }))
      }
    }
    let (faults, pairs) = DropoutMask.dependences(among: masks)
    #expect(pairs == 28)
    #expect(faults == [])
  }
}
