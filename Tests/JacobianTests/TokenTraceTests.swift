import Autograd
import Foundation
import Layers
import MixtureOfExperts
import Tensors
import TestSupport
import Testing

@testable import Jacobian

/// A model to trace: who learns, in which order gates are made, with how many experts, and in which of how many layers.
struct TraceCase: Sendable, CustomStringConvertible {
  let router: RouterKind
  let order: GateOrder
  let k: Int
  let layers: Int

  var description: String { "\(router), \(order.rawValue), k = \(k), L = \(layers)" }

  static let all = RouterKind.compared.flatMap { router in
    GateOrder.allCases.flatMap { order in
      [1, 2, 4].flatMap { k in [1, 2].map { TraceCase(router: router, order: order, k: k, layers: $0) } }
    }
  }

  /// V 9, d 6, N 4, f 5, m 3, s 7: no two sizes coincide, and every weight is random.
  func model() -> LanguageModel<Double> {
    var sizes = Configuration(
      vocabulary: 9, layers: layers, modelWidth: 6, heads: 2, headWidth: 3, expertWidth: 5, experts: 4, segment: 1,
      memory: 20, router: .hyperRouter)
    (sizes.embeddingWidth, sizes.hypernetworkWidth, sizes.gateOrder) = (3, 7, order)
    let model = LanguageModel<Double>.toTrace(sizes, seed: 5)
    // Biases, too, which begin with 0.
    for (index, parameter) in model.parameters.enumerated() where parameter.name.contains("bias") {
      parameter.value = sample(parameter.value.shape, seed: UInt64(index), scale: 0.3)
    }
    for (index, weight) in model.frozen.enumerated() where weight.name.contains("bias") {
      weight.restore(sample(weight.value.shape, seed: UInt64(100 + index), scale: 0.3))
    }
    return model.learning(as: router)
  }

  static let token = TracedToken([3, 1, 4, 1, 5, 8, 2], at: 4)
  static let settings = TokenTrace.StepSettings(learningRate: 1e-3, clip: 0.05, routerFactor: 2)

  func trace(_ model: LanguageModel<Double>, layer: Int? = nil) -> TokenTrace {
    TokenTrace(
      Self.token, through: model, router: router.rawValue, layer: layer ?? layers - 1, k: k, settings: Self.settings)
  }

  /// Whether the gate is constant, so that nothing is learned.
  var isSilent: Bool { order == .topKThenSoftmax && k == 1 }
}

@Suite("Trace: every number again from the definitions, by loops")
struct TokenTraceTests {
  @Test("e → z → (W_r ∣ b_r), logits, s, 𝒯, g, the experts' outputs, y and L", arguments: TraceCase.all)
  func forward(_ traced: TraceCase) throws {
    let model = traced.model()
    let trace = traced.trace(model)
    let (definition, forward) = (TraceDefinition(model, k: traced.k), trace.forward)
    #expect(
      mismatch(forward.h, states(model, k: traced.k).h, absolute: 1e-12) == nil, "as the text read at once has it")
    if traced.router == .hyperRouter {
      let e = try #require(definition.weights[definition.prefix + "router.embedding"])
      let generation = try #require(trace.generation)
      #expect(generation.e == [e])
      #expect(generation.z.count == 1 && generation.z[0].count == 1)
      #expect(mismatch(generation.z[0][0], definition.generated(e).z, absolute: 1e-13) == nil)
      #expect(generation.activeUnits > 0 && generation.activeUnits < generation.width, "some units of both kinds")
    } else {
      #expect(trace.generation == nil && trace.embeddingGradient == nil && trace.step.de == nil)
    }
    let rows = zip(forward.W_r, forward.b_r).flatMap { $0 + [$1] }
    #expect(mismatch(rows, definition.rows, absolute: 1e-13) == nil)
    let expected = definition.passage(forward.h, definition.rows)
    #expect(mismatch(forward.logits, expected.x, absolute: 1e-12) == nil)
    #expect(mismatch(forward.s, expected.s, absolute: 1e-12) == nil)
    #expect(forward.chosen == expected.chosen)
    #expect(mismatch(forward.g, expected.chosen.map { expected.g[$0] }, absolute: 1e-12) == nil)
    #expect(
      mismatch(forward.outputs.flatMap { $0 }, expected.chosen.flatMap { expected.E[$0] }, absolute: 1e-12) == nil)
    #expect(mismatch(forward.y, expected.y, absolute: 1e-12) == nil)
    let loss = definition.loss(forward.h, expected.y, target: Int(TraceCase.token.next))
    #expect(trace.prediction.target == 8)
    #expect(mismatch([trace.prediction.loss, states(model, k: traced.k).loss], [loss, loss], absolute: 1e-11) == nil)
    #expect(mismatch([trace.prediction.probability], [exp(-loss)], absolute: 1e-12) == nil)
  }

  @Test("u, ⟨E_i, u⟩, c, J₁ᵀu, J₂ᵀu, what arrives at (W_r ∣ b_r), and ∂L/∂e", arguments: TraceCase.all)
  func backward(_ traced: TraceCase) throws {
    let model = traced.model()
    let trace = traced.trace(model)
    let (definition, forward, backward) = (TraceDefinition(model, k: traced.k), trace.forward, trace.backward)
    let (h, rows, target) = (forward.h, definition.rows, Int(TraceCase.token.next))
    let expected = definition.passage(h, rows)
    let u = TraceDefinition.gradient(at: expected.y) { definition.loss(h, $0, target: target) }
    #expect(mismatch(backward.u, u, absolute: 1e-9) == nil)
    let products = expected.E.map { E in zip(E, u).reduce(0) { $0 + $1.0 * $1.1 } }
    #expect(mismatch(backward.products, expected.chosen.map { products[$0] }, absolute: 1e-8) == nil)
    // c = ∂L/∂x: the biases move the logits, one each.
    let c = (0..<4).map { expert in
      TraceDefinition.gradient(at: [rows[expert * 7 + 6]]) { bias in
        var moved = rows
        moved[expert * 7 + 6] = bias[0]
        return definition.loss(h, definition.passage(h, moved).y, target: target)
      }[0]
    }
    #expect(mismatch(backward.c, c, absolute: 1e-8) == nil)
    #expect(traced.isSilent == backward.c.allSatisfy { $0 == 0 }, "zeros prove little")
    let J2u = (0..<6).map { i in (0..<4).reduce(0) { $0 + c[$1] * rows[$1 * 7 + i] } }
    #expect(mismatch(backward.J2u, J2u, absolute: 1e-8) == nil)
    let J1u = TraceDefinition.gradient(at: h) { moved in
      // The experts see the moved token, the gates the one that stays.
      let E = definition.passage(moved, rows).E
      return (0..<6).reduce(0) { sum, i in sum + u[i] * (0..<4).reduce(0) { $0 + expected.g[$1] * E[$1][i] } }
    }
    #expect(mismatch(backward.J1u, J1u, absolute: 1e-8) == nil)
    #expect(mismatch(backward.dW_r.flatMap { $0 }, c.flatMap { c in h.map { c * $0 } }, absolute: 1e-8) == nil)
    #expect(mismatch(backward.db_r, c, absolute: 1e-8) == nil)
    guard traced.router == .hyperRouter else { return }
    let e = try #require(trace.generation).e[0]
    let gradient = TraceDefinition.gradient(at: e) { e in
      definition.loss(h, definition.passage(h, definition.generated(e).rows).y, target: target)
    }
    let found = try #require(trace.embeddingGradient)
    #expect(mismatch(found[0], gradient, absolute: 1e-8) == nil)
    #expect(traced.isSilent || gradient.allSatisfy { abs($0) > 1e-4 })
  }

  @Test("With weight decay a step takes η λ of W_r away, and nothing of b_r")
  func weightDecay() {
    let traced = TraceCase(router: .smoe, order: .softmaxThenTopK, k: 2, layers: 1)
    let model = traced.model()
    let settings = TokenTrace.StepSettings(learningRate: 1e-3, clip: 0.05, routerFactor: 2, weightDecay: 0.3)
    let decayed = TokenTrace(TraceCase.token, through: model, router: "smoe", layer: 0, k: 2, settings: settings).step
    let plain = traced.trace(model)
    #expect(decayed.db_r == plain.step.db_r)
    let lost = zip(plain.forward.W_r, plain.step.dW_r).map { w, dw in zip(w, dw).map { $1 - 2e-3 * 0.3 * $0 } }
    #expect(mismatch(decayed.dW_r.flatMap { $0 }, lost.flatMap { $0 }, absolute: 1e-15) == nil)
  }

  @Test("One step of Adam by its formula, the whole gradient clipped first", arguments: TraceCase.all)
  func step(_ traced: TraceCase) throws {
    let model = traced.model()
    let trace = traced.trace(model)
    let (definition, step, backward) = (TraceDefinition(model, k: traced.k), trace.step, trace.backward)
    #expect(step.learningRate == 2e-3 && step.clip == 0.05 && step.gradientNorm > 0.05)
    #expect(step.scale == 0.05 / step.gradientNorm)
    let arriving = zip(backward.dW_r, backward.db_r).flatMap { $0 + [$1] }
    func moved(_ gradient: [Double], _ scale: Double) -> [Double] {
      gradient.map { TraceDefinition.step($0 * scale, rate: 2e-3) }
    }
    let found = zip(step.dW_r, step.db_r).flatMap { $0 + [$1] }
    let expected: [Double]
    switch traced.router {
    case .smoe: expected = moved(arriving, step.scale)
    case .smoeDropout: expected = arriving.map { _ in 0 }
    default:
      let e = try #require(trace.generation).e[0]
      let de = moved(try #require(trace.embeddingGradient)[0], step.scale)
      #expect(mismatch(try #require(step.de)[0], de, absolute: 1e-15) == nil)
      expected = zip(definition.generated(zip(e, de).map { $0 + $1 }).rows, definition.rows).map { $0 - $1 }
    }
    #expect(mismatch(found, expected, absolute: 1e-14, relative: 1e-9) == nil)
    #expect(traced.router == .smoeDropout || traced.isSilent == found.allSatisfy { $0 == 0 })
    func rowsOf(_ numbers: [Double]) -> [Double] { numbers.enumerated().filter { $0.offset % 7 < 6 }.map(\.element) }
    #expect(mismatch([step.distance], [length(rowsOf(expected))], absolute: 1e-13) == nil)
    // If the rows were trained themselves they would be clipped by another norm: only the router's gradient differs.
    let own = trace.tensors.compactMap(\.gradientNorm).reduce(0) { $0 + $1 * $1 }
    let norm = (step.gradientNorm * step.gradientNorm - own + arriving.reduce(0) { $0 + $1 * $1 }).squareRoot()
    let trained = rowsOf(moved(arriving, 0.05 / norm))
    #expect(mismatch([step.distanceIfTrained], [length(trained)], absolute: 1e-12) == nil)
    if traced.router == .smoeDropout || traced.isSilent {
      #expect(step.cosineIfTrained == nil && step.plainCosineIfTrained == nil && step.unrelatedCosine == nil)
    } else {
      let cosine = cosine(rowsOf(expected), trained)
      #expect(mismatch([try #require(step.cosineIfTrained)], [cosine], absolute: 1e-9) == nil)
    }
  }

  @Test("The cosine of plain gradient steps is that of J Jᵀ g and g, with its level", arguments: GateOrder.allCases)
  func plainCosine(_ order: GateOrder) throws {
    let traced = TraceCase(router: .hyperRouter, order: order, k: 2, layers: 1)
    let model = traced.model()
    let trace = traced.trace(model)
    let J = TraceDefinition(model, k: 2).derivative(try #require(trace.generation).e[0])
    let g = zip(trace.backward.dW_r, trace.backward.db_r).flatMap { $0 + [$1] }
    let Jg = (0..<3).map { i in g.indices.reduce(0) { $0 + J[$1][i] * g[$1] } }
    #expect(mismatch(try #require(trace.embeddingGradient)[0], Jg, absolute: 1e-11) == nil)
    let step = J.map { row in zip(row, Jg).reduce(0) { $0 + $1.0 * $1.1 } }
    let found = try #require(trace.step.plainCosineIfTrained)
    #expect(mismatch([found], [cosine(step, g)], absolute: 1e-12) == nil)
    #expect(found > 0)
    var (sum, fourth) = (0.0, 0.0)
    for a in 0..<3 {
      for b in 0..<3 {
        let entry = J.reduce(0) { $0 + $1[a] * $1[b] }
        sum += a == b ? entry : 0
        fourth += entry * entry
      }
    }
    let level = sum / (fourth * Double(g.count)).squareRoot()
    #expect(mismatch([try #require(trace.step.unrelatedCosine)], [level], absolute: 1e-12) == nil)
  }

  @Test("‖g‖ is that of the whole model, by differences of every weight; memory stays as it is")
  func norm() {
    for router in RouterKind.compared {
      let traced = TraceCase(router: router, order: .softmaxThenTopK, k: 2, layers: 1)
      let model = traced.model()
      let trace = traced.trace(model)
      // The loss of the token alone, with what stands before it in memory, which weights do not change.
      let symbols = TraceCase.token.text
      var memory = HostState<Double>.empty
      for symbol in symbols[..<4] {
        memory = model([symbol], batch: 1, state: memory, k: 2, random: nil, on: .evaluating()).state
      }
      var squares = 0.0
      for parameter in model.parameters {
        let value = parameter.value
        let gradient = TraceDefinition.gradient(at: value.scalars) { numbers in
          parameter.value = Tensor(value.shape, numbers)
          let output = model([symbols[4]], batch: 1, state: memory, k: 2, random: nil, on: .evaluating())
          return crossEntropy(output.logits, targets: [symbols[5]]).value.scalar
        }
        parameter.value = value
        squares += gradient.reduce(0) { $0 + $1 * $1 }
        let own = trace.tensors.first { $0.name == parameter.name }
        if let own { #expect(mismatch([own.gradientNorm ?? -1], [length(gradient)], absolute: 1e-7) == nil) }
      }
      #expect(mismatch([trace.step.gradientNorm], [squares.squareRoot()], relative: 1e-7) == nil)
    }
  }

  @Test("In every layer u is the slope of L along a shift of that layer's y for this token")
  func layers() {
    for layer in 0..<3 {
      let traced = TraceCase(router: .hyperRouter, order: .softmaxThenTopK, k: 2, layers: 3)
      let model = traced.model()
      let trace = traced.trace(model, layer: layer)
      #expect(mismatch(trace.forward.h, states(model, layer: layer).h, absolute: 1e-12) == nil)
      let u = TraceDefinition.gradient(at: [Double](repeating: 0, count: 6)) { shift in
        states(model, layer: layer, shift: shift).loss
      }
      #expect(mismatch(trace.backward.u, u, absolute: 1e-8) == nil)
    }
  }

  @Test("A frozen router has no gradient and does not move; what is fixed has none anywhere")
  func frozen() {
    for traced in TraceCase.all {
      let model = traced.model()
      let trace = traced.trace(model)
      let trained: [RouterKind: [String]] = [.smoe: ["weight", "bias"], .smoeDropout: [], .hyperRouter: ["embedding"]]
      let received = trace.tensors.filter { $0.gradientNorm != nil }
      #expect(received.map { String($0.name.split(separator: ".").last ?? "") } == trained[traced.router])
      #expect(received.allSatisfy { traced.isSilent == ($0.gradientNorm == 0) })
      if traced.router == .smoeDropout {
        #expect(trace.origin == .frozen && trace.tensors.map(\.shape) == [[4, 6], [4]])
        #expect((trace.step.dW_r.joined() + trace.step.db_r).allSatisfy { $0 == 0 } && trace.step.distance == 0)
      }
    }
  }

  @Test(
    "The three begin with the same numbers from h to c, and the model is left as it was, to the bit",
    arguments: GateOrder.allCases)
  func shared(_ order: GateOrder) {
    for layers in [1, 2] {
      let model = TraceCase(router: .hyperRouter, order: order, k: 2, layers: layers).model()
      let before = model.parameters.map(\.value) + model.frozen.map(\.value)
      let traces = RouterKind.compared.map { router in
        TraceCase(router: router, order: order, k: 2, layers: layers).trace(model.learning(as: router))
      }
      #expect(model.parameters.map(\.value) + model.frozen.map(\.value) == before)
      for trace in traces {
        #expect(trace.forward.W_r == traces[0].forward.W_r && trace.forward.b_r == traces[0].forward.b_r)
        #expect(trace.forward.y == traces[0].forward.y && trace.backward.c == traces[0].backward.c)
        #expect(trace.backward.J2u == traces[0].backward.J2u && trace.prediction.loss == traces[0].prediction.loss)
      }
      // With more layers the other mixtures' routers are in the norm that clips, trained there and fixed here.
      if layers == 1 { #expect(traces.allSatisfy { $0.step.distanceIfTrained == traces[0].step.distance }) }
    }
  }

  /// h of the traced token, and L, from the text read at once: one segment, no memory; y may be shifted for that token.
  private func states(
    _ model: LanguageModel<Double>, k: Int = 2, layer: Int? = nil, shift: [Double]? = nil
  ) -> (h: [Double], loss: Double) {
    let place = TraceCase.token.position
    let text = Array(TraceCase.token.text[...place])
    var h: [Double] = []
    let watched = model.replacingFeedForwardSublayers { number, half in
      guard number == layer ?? model.configuration.layers - 1 else { return half }
      return ShiftedHalf(half: half, row: place, shift: shift) { h = $0 }
    }
    let output = watched(text, batch: 1, state: .empty, k: k, random: nil, on: .evaluating())
    let last = output.logits.value.sliced(0, place..<place + 1)
    return (h, Double(last.contiguous().crossEntropies(targets: [TraceCase.token.next])[0]))
  }
}

/// Tells what a half reads in one row, and adds to what it gives there.
private struct ShiftedHalf: FeedForward {
  let half: any FeedForward<Double>
  let row: Int
  let shift: [Double]?
  let show: ([Double]) -> Void

  var parameters: [Parameter<Double>] { half.parameters }
  var frozen: [Frozen<Double>] { half.frozen }
  var routerParameters: [Parameter<Double>] { half.routerParameters }

  func callAsFunction(_ h: Variable<Double>, k: Int, random: Random?) -> LayerOutput<Double> {
    var result = half(h, k: k, random: random)
    show(h.value.sliced(0, row..<row + 1).scalars)
    guard let shift else { return result }
    let (n, d) = (h.shape[0], h.shape[1])
    let numbers = (0..<n * d).map { $0 / d == row ? shift[$0 % d] : 0 }
    result.output = result.output + h.tape.constant(Tensor([n, d], numbers))
    return result
  }
}

private func length(_ numbers: [Double]) -> Double { numbers.reduce(0) { $0 + $1 * $1 }.squareRoot() }

private func cosine(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / (length(a) * length(b))
}

/// The last layer's mixture of a post-norm model, its LayerNorm and the scores, by loops over plain arrays: what a trace must
/// find, from weights alone.
struct TraceDefinition {
  let weights: [String: [Double]]
  let sizes: Configuration
  let order: GateOrder
  let k: Int
  let prefix: String

  init(_ model: LanguageModel<Double>, k: Int) {
    weights = Dictionary(
      uniqueKeysWithValues: model.parameters.map { ($0.name, $0.value.scalars) }
        + model.frozen.map { ($0.name, $0.value.scalars) })
    sizes = model.configuration
    order = model.configuration.gateOrder
    self.k = k
    prefix = "layers.\(model.configuration.layers - 1).feedForward."
  }

  /// What an equation gives, from h to y.
  struct Passage {
    var (x, s, g): ([Double], [Double], [Double]) = ([], [], [])  // N each; g is 0 where not chosen
    var chosen: [Int] = []
    var E: [[Double]] = []  // of all experts
    var y: [Double] = []
  }

  private subscript(name: String) -> [Double] { weights[prefix + name] ?? [] }

  /// z, and (W_r | b_r) as N(d+1) numbers.
  func generated(_ e: [Double]) -> (z: [Double], rows: [Double]) {
    let (m, s, outputs) = (e.count, sizes.hypernetworkWidth, sizes.experts * (sizes.modelWidth + 1))
    var (z, o) = ([Double](repeating: 0, count: s), [Double](repeating: 0, count: outputs))
    for unit in 0..<s {
      for i in 0..<m { z[unit] += self["router.hypernetwork.weight1"][unit * m + i] * e[i] }
      z[unit] = max(0, z[unit] + self["router.hypernetwork.bias1"][unit])
    }
    for row in 0..<outputs {
      for unit in 0..<s { o[row] += self["router.hypernetwork.weight2"][row * s + unit] * z[unit] }
      o[row] += self["router.hypernetwork.bias2"][row]
    }
    return (z, o)
  }

  /// ∂(W_r | b_r)/∂e, N(d+1) rows of m, where no unit of 𝓗 is at its kink.
  func derivative(_ e: [Double]) -> [[Double]] {
    let (m, s, z) = (e.count, sizes.hypernetworkWidth, generated(e).z)
    return (0..<sizes.experts * (sizes.modelWidth + 1)).map { row in
      (0..<m).map { i in
        (0..<s).filter { z[$0] > 0 }.reduce(0) {
          $0 + self["router.hypernetwork.weight2"][row * s + $1] * self["router.hypernetwork.weight1"][$1 * m + i]
        }
      }
    }
  }

  /// W_r row by row with b_r after each row, wherever they come from.
  var rows: [Double] {
    if let e = weights[prefix + "router.embedding"] { return generated(e).rows }
    let d = sizes.modelWidth
    return (0..<sizes.experts).flatMap { expert in
      self["router.weight"][expert * d..<(expert + 1) * d] + [self["router.bias"][expert]]
    }
  }

  func passage(_ h: [Double], _ rows: [Double]) -> Passage {
    let (d, N, f) = (sizes.modelWidth, sizes.experts, sizes.expertWidth)
    var found = Passage()
    for expert in 0..<N {
      var x = rows[expert * (d + 1) + d]
      for i in 0..<d { x += rows[expert * (d + 1) + i] * h[i] }
      found.x.append(x)
    }
    let total = found.x.reduce(0) { $0 + exp($1) }
    found.s = found.x.map { exp($0) / total }
    var rest = Array(0..<N)
    while found.chosen.count < k {
      var best = rest[0]
      for expert in rest where found.x[expert] > found.x[best] { best = expert }
      found.chosen.append(best)
      rest.removeAll { $0 == best }
    }
    let among = found.chosen.reduce(0) { $0 + exp(found.x[$1]) }
    found.g = (0..<N).map { expert in
      if !found.chosen.contains(expert) { return 0 }
      return order == .softmaxThenTopK ? found.s[expert] : exp(found.x[expert]) / among
    }
    for expert in 0..<N {
      var hidden = [Double](repeating: 0, count: f)
      for unit in 0..<f {
        for i in 0..<d { hidden[unit] += self["experts.weight1"][(expert * f + unit) * d + i] * h[i] }
        hidden[unit] = max(0, hidden[unit] + self["experts.bias1"][expert * f + unit])
      }
      found.E.append(
        (0..<d).map { i in
          (0..<f).reduce(self["experts.bias2"][expert * d + i]) {
            $0 + self["experts.weight2"][(expert * d + i) * f + $1] * hidden[$1]
          }
        })
    }
    found.y = (0..<d).map { i in (0..<N).reduce(0) { $0 + found.g[$1] * found.E[$1][i] } }
    return found
  }

  /// −ln softmax(LN(h + y)·Embᵀ + b)_target.
  func loss(_ h: [Double], _ y: [Double], target: Int) -> Double {
    let d = sizes.modelWidth
    let sum = zip(h, y).map { $0 + $1 }
    let mean = sum.reduce(0, +) / Double(d)
    let variance = sum.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(d)
    let out = (0..<d).map { i in
      (sum[i] - mean) / (variance + 1e-5).squareRoot() * self["norm.gain"][i] + self["norm.bias"][i]
    }
    let scores = (0..<sizes.vocabulary).map { symbol in
      (0..<d).reduce((weights["output.bias"] ?? [])[symbol]) {
        $0 + out[$1] * (weights["embedding.weight"] ?? [])[symbol * d + $1]
      }
    }
    return log(scores.reduce(0) { $0 + exp($1) }) - scores[target]
  }

  /// Adam's first step of one number, its gradient already clipped.
  static func step(_ gradient: Double, rate: Double) -> Double { -rate * gradient / (abs(gradient) + 1e-8) }

  /// Central differences of a function of several numbers, with Richardson's extrapolation.
  static func gradient(at point: [Double], _ function: ([Double]) -> Double) -> [Double] {
    point.indices.map { index in
      func slope(_ step: Double) -> Double {
        var (up, down) = (point, point)
        up[index] += step
        down[index] -= step
        return (function(up) - function(down)) / (2 * step)
      }
      return (4 * slope(5e-5) - slope(1e-4)) / 3
    }
  }
}
