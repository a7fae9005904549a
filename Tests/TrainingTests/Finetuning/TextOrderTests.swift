import Testing

@testable import Training

@Suite("Order of texts")
struct TextOrderTests {
  @Test("Every epoch reads every text once, in an order of its own, in batches of which the last may be smaller")
  func epochs() {
    var order = TextOrder(count: 10, batch: 4, seed: 1)
    #expect(order.stepsPerEpoch == 3)
    let epochs = (0..<3).map { epoch in (0..<3).map { order.texts(ofStep: 3 * epoch + $0) } }
    for epoch in epochs {
      #expect(epoch.map(\.count) == [4, 4, 2])
      #expect(epoch.joined().sorted() == Array(0..<10))
    }
    #expect(Set(epochs.map { Array($0.joined()) }).count == 3)
  }

  @Test("The order follows from the seed and the step alone")
  func seeds() {
    var (one, other, same) = (
      TextOrder(count: 50, batch: 7, seed: 1), TextOrder(count: 50, batch: 7, seed: 2),
      TextOrder(count: 50, batch: 7, seed: 1)
    )
    let steps = [0, 9, 3, 30, 1]
    let first = steps.map { one.texts(ofStep: $0) }
    #expect(steps.map { same.texts(ofStep: $0) } == first)
    #expect(steps.map { other.texts(ofStep: $0) } != first)
    #expect(TextOrder.stepsPerEpoch(texts: 16, batch: 16) == 1 && TextOrder.stepsPerEpoch(texts: 17, batch: 16) == 2)
    #expect(TextOrder.stepsPerEpoch(texts: 1, batch: 16) == 1)
  }
}
