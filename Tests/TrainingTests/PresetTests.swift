import MixtureOfExperts
import Testing
import Training

@Suite("Presets")
struct PresetTests {
  @Test("The published settings, their width with short segments, one for a book, and three small ones")
  func sizes() {
    // L, d, H, d_h, f, N, k, T, M, B, S, shards.
    let expected: [Preset: [Int]] = [
      .smoke: [1, 32, 2, 16, 64, 4, 2, 32, 32, 8, 200, 2],
      .tiny: [2, 64, 4, 16, 128, 8, 2, 64, 64, 16, 1500, 2],
      .book: [3, 128, 4, 32, 256, 8, 2, 128, 128, 8, 8000, 2],
      .small: [4, 128, 4, 32, 256, 16, 2, 128, 128, 16, 5000, 2],
      .paperSmall: [4, 256, 8, 64, 512, 16, 2, 128, 128, 8, 10_000, 1],
      .paper4: [4, 256, 8, 64, 512, 16, 2, 512, 512, 22, 400_000, 1],
      .paper8: [8, 256, 8, 64, 512, 16, 2, 512, 512, 22, 400_000, 1],
      .paper12: [12, 256, 8, 64, 512, 16, 2, 512, 512, 22, 400_000, 1],
    ]
    #expect(Set(expected.keys) == Set(Preset.allCases))
    for preset in Preset.allCases {
      let s = preset.sizes
      let found = [
        s.layers, s.modelWidth, s.heads, s.headWidth, s.expertWidth, s.experts, s.k, s.segment, s.memory, s.batch,
        s.steps, s.shards,
      ]
      #expect(found == expected[preset], "\(preset.rawValue)")
      let isPublished = preset.rawValue.hasPrefix("paper")
      #expect(
        s.dropout == (isPublished || preset == .book ? 0.1 : 0) && s.clip == (isPublished ? 0.25 : 1),
        "\(preset.rawValue)")
      #expect(
        s.learningRate == (isPublished ? 2.5e-4 : preset == .small ? 1e-3 : preset == .book ? 3e-3 : 2e-3),
        "\(preset.rawValue)")
    }
  }

  @Test("The paper's schedules: plain SMoE keeps k, fixed and generated routers grow it to N")
  func presets() {
    for router in RouterKind.allCases {
      let schedule = Preset.small.kSchedule(for: router, k: 2, experts: 16)
      let grows = [RouterKind.smoeDropout, .hyperRouter, .coordinateWise].contains(router)
      #expect(schedule == (grows ? KSchedule(.linearIncrease, 2, 16) : KSchedule(.constant, 2, 2)))
    }
  }

  @Test("For a book k grows to four of eight experts, to fewer where there are fewer, and never shrinks")
  func book() {
    func schedule(k: Int, experts: Int) -> KSchedule {
      Preset.book.kSchedule(for: .hyperRouter, k: k, experts: experts)
    }
    #expect(schedule(k: 2, experts: 8) == KSchedule(.linearIncrease, 2, 4))
    #expect(schedule(k: 2, experts: 3) == KSchedule(.linearIncrease, 2, 3))
    #expect(schedule(k: 6, experts: 8) == KSchedule(.linearIncrease, 6, 6))
  }
}
