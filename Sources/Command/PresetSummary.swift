import Hosts
import Experiments
import Training

/// A preset's numbers as `presets` prints them, and how long a run of it takes.
struct PresetSummary: Encodable {
  let name: String
  let layers: Int
  let modelWidth: Int
  let heads: Int
  let headWidth: Int
  let expertWidth: Int
  let experts: Int
  let topK: Int
  let segment: Int
  let memory: Int
  let batch: Int
  let steps: Int
  let trainedParameters: Int
  let learningRate: Double
  let dropout: Double
  /// Floating-point operations of the whole training, forward and backward.
  let operations: Double
  let estimatedSeconds: Double

  /// Describes a preset.
  ///
  /// - Parameters:
  ///   - preset: The preset.
  ///   - run: A run with its sizes.
  ///   - duration: How fast this machine is.
  init(_ preset: Preset, _ run: RunConfiguration, _ duration: RunDuration) {
    let (model, training) = (run.model, run.training)
    name = preset.rawValue
    layers = model.layers
    modelWidth = model.modelWidth
    heads = model.heads
    headWidth = model.headWidth
    expertWidth = model.expertWidth
    experts = model.experts
    topK = training.kSchedule.minimum
    segment = model.segment
    memory = model.memory
    batch = training.batch
    steps = training.steps
    trainedParameters = model.trainedCount
    learningRate = training.learningRate.peak
    dropout = model.dropout
    operations = 2 * RunDuration.trainingFactor * run.multiplyAdds
    estimatedSeconds = duration.seconds(of: run)
  }
}
