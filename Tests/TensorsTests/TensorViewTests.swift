import TestSupport
import Testing

@testable import Tensors

@Suite("Tensors: views and copies")
struct TensorViewTests {
  /// 0, 1, 2 … in row-major order.
  private func counting(_ shape: Shape) -> Tensor<Double> { Tensor(shape, (0..<shape.count).map(Double.init)) }

  @Test("Elements lie in row-major order, and a shape says its own lengths")
  func order() {
    let x = counting([2, 3, 4])
    for i in 0..<2 { for j in 0..<3 { for k in 0..<4 { #expect(x[i, j, k] == Double(12 * i + 4 * j + k)) } } }
    #expect(x.shape.rank == 3 && x.shape.count == 24 && x.shape[-1] == 4 && x.shape[0] == 2)
    #expect(x.strides == [12, 4, 1] && x.isContiguous && x.shape.description == "2×3×4")
    #expect(Tensor<Double>(5).shape == [] && Tensor<Double>(5).scalar == 5 && Shape([]).description == "scalar")
    #expect(x.shape.removing(1) == [2, 4] && x.shape.replacing(-1, with: 9) == [2, 3, 9])
  }

  @Test("A transposed view has its elements exchanged, in any pair of axes")
  func transposed() {
    let x = counting([2, 3, 4])
    let (y, z) = (x.transposed(0, 2), x.transposed(-1, -2))
    #expect(y.shape == [4, 3, 2] && z.shape == [2, 4, 3] && !y.isContiguous)
    for i in 0..<2 {
      for j in 0..<3 { for k in 0..<4 { #expect(y[k, j, i] == x[i, j, k] && z[i, k, j] == x[i, j, k]) } }
    }
    #expect(y.contiguous().isContiguous && y.contiguous() == y && y.transposed(2, 0) == x)
    #expect(x.transposed(1, 1) == x && x.transposed(1, 1).isContiguous)
    #expect(counting([1, 5]).transposed(0, 1).isContiguous, "exchanging an axis of length 1 moves nothing")
  }

  @Test("A slice holds the range's elements, and only slices of leading axes stay contiguous")
  func sliced() {
    let x = counting([4, 3, 2])
    let (rows, columns) = (x.sliced(0, 1..<3), x.sliced(1, 1..<3))
    #expect(rows.isContiguous && !columns.isContiguous)
    #expect(rows.scalars == (6..<18).map(Double.init))
    for i in 0..<4 { for j in 0..<2 { for k in 0..<2 { #expect(columns[i, j, k] == x[i, j + 1, k]) } } }
    #expect(x.sliced(0, 2..<2).count == 0 && x.sliced(0, 2..<2).scalars.isEmpty && x.sliced(1, 0..<3) == x)
  }

  @Test("Views of views of views read the right elements")
  func viewsOfViews() {
    let x = counting([4, 5, 3])
    let y = x.transposed(0, 1).sliced(0, 1..<4).transposed(1, 2).sliced(1, 1..<3).sliced(2, 2..<4)
    #expect(y.shape == [3, 2, 2])
    for a in 0..<3 { for b in 0..<2 { for c in 0..<2 { #expect(y[a, b, c] == x[c + 2, a + 1, b + 1]) } } }
    let z = y.sliced(1, 0..<1).broadcast(to: [2, 3, 4, 2])
    for o in 0..<2 {
      for a in 0..<3 { for b in 0..<4 { for c in 0..<2 { #expect(z[o, a, b, c] == x[c + 2, a + 1, 1]) } } }
    }
    #expect(z.contiguous() == z && z.reshaped([48]).scalars == z.scalars)
    #expect(z.transposed(0, 3).sliced(0, 1..<2).scalars == z.contiguous().transposed(0, 3).sliced(0, 1..<2).scalars)
    #expect(x.sliced(0, 1..<3).reshaped([5, 6]).sliced(0, 1..<2).scalars == (21..<27).map(Double.init))
  }

  @Test("Broadcasting repeats axes of length 1 and missing leading axes")
  func broadcast() {
    let x = counting([3, 1])
    let y = x.broadcast(to: [2, 3, 4])
    for o in 0..<2 { for i in 0..<3 { for j in 0..<4 { #expect(y[o, i, j] == x[i, 0]) } } }
    #expect(Tensor<Double>(7).broadcast(to: [2, 2]).scalars == [7, 7, 7, 7])
    #expect(x.broadcast(to: [3, 1]) == x)
    #expect(x.broadcast(to: [0, 3, 1]).count == 0)
  }

  @Test("Writing to a copy leaves the original, writing to the original leaves copies and views")
  func copyOnWrite() {
    var x = counting([2, 3])
    let (copy, view, slice) = (x, x.transposed(0, 1), x.sliced(0, 1..<2))
    let before = x.scalars
    x.withUnsafeMutablePointer { $0[4] = 100 }
    #expect(x[1, 1] == 100 && copy.scalars == before && view[1, 1] == 4 && slice.scalars == [3, 4, 5])
    var written = x.transposed(0, 1)
    written.withUnsafeMutablePointer { $0[0] = -1 }
    #expect(written[0, 0] == -1 && x[0, 0] == 0 && written[1, 1] == 100)
    var part = x.sliced(0, 1..<2)
    part.add(Tensor([1, 3], repeating: 1))
    #expect(part.scalars == [4, 101, 6] && x.scalars == [0, 1, 2, 3, 100, 5])
    var repeated = Tensor<Double>([1, 2], [1, 2]).broadcast(to: [3, 2])
    repeated.withUnsafeMutablePointer { $0[0] = 9 }
    #expect(repeated.scalars == [9, 2, 1, 2, 1, 2])
  }

  @Test("The last owner of a slice writes in place, at the slice's own elements")
  func soleOwner() {
    var slice = counting([4, 2]).sliced(0, 2..<3)
    slice.withUnsafeMutablePointer { $0[1] = 50 }
    #expect(slice.scalars == [4, 50])
    var x = counting([2, 2])
    let address = x.withUnsafePointer { UInt(bitPattern: $0) }
    x.add(x)
    #expect(x.scalars == [0, 2, 4, 6])
    var alone = counting([2, 2])
    let before = alone.withUnsafePointer { UInt(bitPattern: $0) }
    alone.withUnsafeMutablePointer { $0[0] = 1 }
    #expect(alone.withUnsafePointer { UInt(bitPattern: $0) } == before && address != 0)
  }

  @Test("Joining along every axis puts the parts side by side, views too")
  func concatenated() {
    let x = counting([2, 3, 2])
    for axis in 0..<3 {
      let (first, second) = (x.sliced(axis, 0..<1), x.sliced(axis, 1..<x.shape[axis]))
      #expect(Tensor.concatenated([first, second], axis: axis) == x)
      #expect(Tensor.concatenated([first, x.sliced(axis, 0..<0), second], axis: axis - 3) == x)
      let twice = Tensor.concatenated([x, x], axis: axis)
      #expect(twice.sliced(axis, x.shape[axis]..<2 * x.shape[axis]) == x && twice.count == 24)
    }
    #expect(Tensor.concatenated([x], axis: 0) == x)
  }

  @Test("Gathering copies rows, scattering adds them up, and each is the other's transpose")
  func gather() {
    let (x, y): (Tensor<Double>, Tensor<Double>) = (sample([4, 3, 2], seed: 1), sample([5, 3, 2], seed: 2))
    let indices: [Int32] = [2, 0, 2, 3, 2]
    let gathered = x.transposed(1, 2).contiguous().transposed(1, 2).gatheringRows(indices)
    for (position, index) in indices.enumerated() {
      #expect(gathered.sliced(0, position..<position + 1) == x.sliced(0, Int(index)..<Int(index) + 1))
    }
    let scattered = y.scatteringRows(indices, rows: 4)
    #expect(scattered.sliced(0, 1..<2) == .zeros([1, 3, 2]))
    #expect(scattered.sliced(0, 0..<1) == y.sliced(0, 1..<2))
    let sum = y.sliced(0, 0..<1) + y.sliced(0, 2..<3) + y.sliced(0, 4..<5)
    #expect(mismatch(scattered.sliced(0, 2..<3).scalars, sum.scalars, relative: 1e-14) == nil)
    #expect(mismatch([gathered.dot(y)], [x.dot(scattered)], relative: 1e-13) == nil)
    #expect(x.gatheringRows([]).shape == [0, 3, 2])
    #expect(Tensor<Double>.zeros([0, 2]).scatteringRows([], rows: 3) == .zeros([3, 2]))
  }

  @Test("Empty tensors pass through every operation")
  func empty() {
    let x = Tensor<Double>.zeros([0, 3])
    #expect((x + x).shape == [0, 3] && (x * Tensor([3], repeating: 2)).shape == [0, 3])
    #expect(x.sum() == 0 && x.sum(axis: 0) == .zeros([3]) && x.sum(axis: 1).shape == [0] && x.isFinite)
    #expect(x.mean().isNaN && x.softmax().shape == [0, 3] && x.topK(2).isEmpty)
    #expect(x.transposed(0, 1).shape == [3, 0] && x.transposed(0, 1).scalars.isEmpty && x.exponential() == x)
    #expect(x.transposed(0, 1).matrixProduct(x) == .zeros([3, 3]), "a sum of no products is zero")
    #expect(x.matrixProduct(.zeros([3, 2])).shape == [0, 2])
    #expect(x.reshaped([3, 0, 2]).count == 0 && x.summed(to: [3]) == .zeros([3]))
    #expect(x.description == "Tensor(0×3: )")
  }
}
