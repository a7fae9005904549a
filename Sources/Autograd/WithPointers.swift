import Tensors

// Swift's closures nest once for each pointer; these nest them here, so that operations do not have to.

/// Calls a closure with pointers to the elements of two tensors in row-major order, valid during the call.
public func withPointers<Scalar: Real, Result>(
  _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, _ body: (UnsafePointer<Scalar>, UnsafePointer<Scalar>) -> Result
) -> Result {
  a.withUnsafePointer { a in b.withUnsafePointer { b in body(a, b) } }
}

/// Calls a closure with pointers to the elements of three tensors in row-major order, valid during the call.
public func withPointers<Scalar: Real, Result>(
  _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, _ c: Tensor<Scalar>,
  _ body: (UnsafePointer<Scalar>, UnsafePointer<Scalar>, UnsafePointer<Scalar>) -> Result
) -> Result {
  withPointers(a, b) { a, b in c.withUnsafePointer { c in body(a, b, c) } }
}

/// Calls a closure with pointers to the elements of four tensors in row-major order, valid during the call.
public func withPointers<Scalar: Real, Result>(
  _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, _ c: Tensor<Scalar>, _ d: Tensor<Scalar>,
  _ body: (UnsafePointer<Scalar>, UnsafePointer<Scalar>, UnsafePointer<Scalar>, UnsafePointer<Scalar>) -> Result
) -> Result {
  withPointers(a, b, c) { a, b, c in d.withUnsafePointer { d in body(a, b, c, d) } }
}

/// Calls a closure with pointers to the elements of five tensors in row-major order, valid during the call.
public func withPointers<Scalar: Real, Result>(
  _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, _ c: Tensor<Scalar>, _ d: Tensor<Scalar>, _ e: Tensor<Scalar>,
  _ body: (
    UnsafePointer<Scalar>, UnsafePointer<Scalar>, UnsafePointer<Scalar>, UnsafePointer<Scalar>, UnsafePointer<Scalar>
  ) -> Result
) -> Result {
  withPointers(a, b, c, d) { a, b, c, d in e.withUnsafePointer { e in body(a, b, c, d, e) } }
}
