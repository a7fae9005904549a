import Training

/// The sizes that all runs of a comparison share, as its JSON repeats them.
struct RunSizes: Codable {
  let layers: Int
  let modelWidth: Int
  let heads: Int
  let headWidth: Int
  let expertWidth: Int
  let experts: Int
  let segment: Int
  let memory: Int
  let batch: Int

  init(_ run: RunConfiguration) {
    layers = run.model.layers
    modelWidth = run.model.modelWidth
    heads = run.model.heads
    headWidth = run.model.headWidth
    expertWidth = run.model.expertWidth
    experts = run.model.experts
    segment = run.model.segment
    memory = run.model.memory
    batch = run.training.batch
  }
}
