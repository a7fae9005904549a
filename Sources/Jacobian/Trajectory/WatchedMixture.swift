import Autograd
import Layers
import MixtureOfExperts
import Tensors

/// A mixture of experts inside a model whose input and output are shown to somebody on every call.
struct WatchedMixture: FeedForward {
  let layer: MoELayer<Double>
  /// Receives h and y, on the tape of the call.
  let show: (_ h: Variable<Double>, _ y: Variable<Double>) -> Void

  var parameters: [Parameter<Double>] { layer.parameters }
  var frozen: [Frozen<Double>] { layer.frozen }
  var routerParameters: [Parameter<Scalar>] { layer.routerParameters }

  func callAsFunction(_ h: Variable<Double>, k: Int, random: Random?) -> LayerOutput<Double> {
    let result = layer(h, k: k, random: random)
    show(h, result.output)
    return result
  }
}
