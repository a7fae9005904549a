import Testing

@Suite("Charts at the end of compare --verbose and train")
struct TerminalChartTests {
  private let program = Hyperrouter()

  @Test(
    "At a terminal of 80 columns both end with one",
    .enabled(if: Script.isThere, "there is no script(1) that runs a command at a terminal"))
  func terminal() throws {
    let compared = try Script.output(
      of: "compare --verbose --routers smoe,hyperrouter --steps 4 \(Hyperrouter.quick)", program)
    #expect(compared.contains("bits per byte on the test part, by experts used at inference"))
    #expect(compared.contains("● smoe ○ hyperrouter") && compared.contains("┤"))
    let trained = try Script.output(of: "train --out run --steps 20 \(Hyperrouter.quick)", program)
    #expect(
      trained.contains("bits per byte on the validation part, by steps") && trained.contains("●"))
  }
}
