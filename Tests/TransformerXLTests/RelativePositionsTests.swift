import Foundation
import Tensors
import TestSupport
import Testing

@testable import TransformerXL

/// R_p = [sin(p·ω) ‖ cos(p·ω)], ω_i = 10000^(−2i/d), for distances p = K−1 … 0.
@Suite("Relative positions")
struct RelativePositionsTests {
  @Test("The table is its definition: sines first, then cosines, distances falling to 0", arguments: [2, 6, 64])
  func tableIsItsDefinition(width: Int) {
    let keys = 11
    let R = RelativePositions<Double>(keys: keys, width: width)(keys: keys)
    #expect(R.shape == [keys, width])
    for row in 0..<keys {
      let distance = Double(keys - 1 - row)
      for i in 0..<width / 2 {
        let angle = distance / pow(10000, Double(2 * i) / Double(width))
        #expect(abs(R[row, i] - sin(angle)) < 1e-14)
        #expect(abs(R[row, width / 2 + i] - cos(angle)) < 1e-14)
      }
    }
  }

  @Test("Distance 0 is the last row: zeros, then ones")
  func lastRowIsDistanceZero() {
    let R = RelativePositions<Float>(keys: 9, width: 6)(keys: 5)
    #expect(R.sliced(0, 4..<5).scalars == [0, 0, 0, 1, 1, 1])
  }

  @Test("Fewer keys take the end of the table, more keys a table of their own", arguments: [1, 4, 9, 10, 25])
  func everyLengthEqualsItsOwnTable(keys: Int) {
    let table = RelativePositions<Double>(keys: 9, width: 6)
    let own = RelativePositions<Double>(keys: keys, width: 6)
    #expect(table(keys: keys) == own(keys: keys))
    #expect(table(keys: keys).shape == [keys, 6])
  }
}
