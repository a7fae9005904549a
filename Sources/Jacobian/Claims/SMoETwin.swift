import MixtureOfExperts
import Tensors

extension RoutedTokens {
  /// The same mixture, experts shared, with a router that trains W_r and b_r themselves, from what they are now: what SMoE
  /// would learn where another router is.
  var smoeTwin: MoELayer<Double> {
    MoELayer(router: SMoERouter("twin", startingFrom: router), gate: layer.gate, experts: layer.experts)
  }
}
