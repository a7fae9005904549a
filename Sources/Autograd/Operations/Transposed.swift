import Tensors

extension Variable {
  /// Two axes exchanged; a view.
  ///
  ///     forward    y_{…j…i…} = x_{…i…j…}
  ///     backward   dx_{…i…j…} = dy_{…j…i…}
  ///
  /// Runs no kernel: a view; definition: `TensorViewTests.swift`.
  ///
  /// - Parameters:
  ///   - first: An axis, counted from the end if negative.
  ///   - second: Another axis.
  /// - Returns: A variable …×b×…×a×… of one …×a×…×b×….
  public func transposed(_ first: Int, _ second: Int) -> Variable {
    let dx = Place(self)
    return tape.record(value.transposed(first, second), from: self) { dy, gradients in
      gradients.add(dy.transposed(first, second), to: dx)
    }
  }
}
