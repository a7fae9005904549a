import Autograd
import Corpora
import Hosts
import MixtureOfExperts
import Tensors

extension TrainingOptions {
  /// How many losses a trainer remembers: a tenth of the run as it was begun, at least one, at most 100.
  var lossWindow: Int { max(1, min(100, (extendedFrom?.first ?? steps) / 10)) }
}

extension RunConfiguration {
  /// Returns everything that a state holds after a number of steps, as ``Checkpoint`` writes it.
  ///
  /// - Parameters:
  ///   - steps: Finished steps.
  ///   - symbols: How many symbols the training part of the text has.
  ///   - languageModel: A model of these sizes.
  /// - Returns: Names and shapes.
  func stateShapes<Scalar: Real>(
    after steps: Int, symbols: Int, of languageModel: LanguageModel<Scalar>
  ) -> [(name: String, shape: [Int])] {
    var shapes = languageModel.weights.map { ("weight.\($0.name)", $0.value.shape.dimensions) }
    if steps > 0 {
      for parameter in languageModel.parameters {
        shapes.append(("adam.first.\(parameter.name)", parameter.value.shape.dimensions))
        shapes.append(("adam.second.\(parameter.name)", parameter.value.shape.dimensions))
      }
    }
    for (number, shape) in hostStateShapes(after: steps, symbols: symbols).enumerated() {
      shapes.append(("memory.\(number)", shape.dimensions))
    }
    shapes.append((Checkpoint.lossesName, [min(steps, training.lossWindow)]))
    return shapes
  }

  /// Returns the shapes of what the host carries on after a number of steps: every pass over the text begins without.
  func hostStateShapes(after steps: Int, symbols: Int) -> [Shape] {
    let segments = max(1, (symbols / training.batch - 1) / model.segment)  // of one pass
    let read = steps == 0 ? 0 : ((steps - 1) % segments + 1) * model.segment
    return model.stateShapes(batch: training.batch, read: read)
  }
}
