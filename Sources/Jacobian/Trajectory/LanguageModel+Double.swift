import Hosts
import MixtureOfExperts
import Tensors

extension LanguageModel<Double> {
  /// Creates a model with exactly the weights of a trained one, to be analysed in double precision.
  ///
  /// - Parameter model: The trained model.
  public init(converting model: LanguageModel<Float>) {
    self.init(model.configuration, seed: 0)
    func converted(_ tensor: Tensor<Float>) -> Tensor<Double> {
      Tensor<Double>(tensor.shape, tensor.scalars.map { Double($0) })
    }
    for (target, source) in paired(parameters, model.parameters) { target.value = converted(source.value) }
    for (target, source) in paired(frozen, model.frozen) { target.restore(converted(source.value)) }
  }
}
