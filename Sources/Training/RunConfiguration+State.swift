import Autograd
import Corpora
import Tensors
import TransformerXL

extension TrainingOptions {
  /// How many losses a trainer remembers: a tenth of the run as it was begun, at least one, at most 100.
  var lossWindow: Int { max(1, min(100, (extendedFrom?.first ?? steps) / 10)) }
}

extension RunConfiguration {
  /// Returns M′ after a number of steps: memory grows by a segment a step up to M, and every pass over the text begins
  /// without.
  ///
  /// - Parameters:
  ///   - steps: Finished steps.
  ///   - symbols: How many symbols the training part of the text has.
  /// - Returns: 0 ... M.
  func memoryLength(after steps: Int, symbols: Int) -> Int {
    let segments = max(1, (symbols / training.batch - 1) / model.segment)  // of one pass
    return steps == 0 ? 0 : min(model.memory, ((steps - 1) % segments + 1) * model.segment)
  }

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
    let remembered = memoryLength(after: steps, symbols: symbols)
    if remembered > 0 {
      for level in 0...model.layers {
        shapes.append(("memory.\(level)", [training.batch, remembered, model.modelWidth]))
      }
    }
    shapes.append((Checkpoint.lossesName, [min(steps, training.lossWindow)]))
    return shapes
  }
}
