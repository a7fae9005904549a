import Tensors

extension Tensor<Double> {
  /// The largest absolute value; 0 for a tensor without elements, NaN if an element is NaN.
  var largestMagnitude: Double { count == 0 ? 0 : scalars.lazy.map { abs($0) }.worst() }
}
