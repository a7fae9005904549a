import Testing
import Training

@testable import Command

@Suite("Flags")
struct OptionsTests {
  typealias Sample = SampleProgram

  @Test("Without flags every default holds")
  func defaults() throws {
    let options = try Sample.parse()
    #expect(options[Sample.steps] == 1500)
    #expect(options[Sample.width] == nil)
    #expect(options[Sample.rate] == 2.5e-4)
    #expect(options[Sample.order] == .softmaxTopK)
    #expect(options[Sample.routers] == [.smoe, .hyperrouter])
    #expect(options[Sample.counts] == [1, 2, 4])
    #expect(options[Sample.json] == false)
    #expect(options[Sample.out] == nil)
    #expect(options[Sample.schedule] == KSchedule(.constant, 2, 2))
    #expect(!options.isGiven(Sample.steps))
  }

  @Test("A value follows after a space or after =")
  func bothForms() throws {
    let options = try Sample.parse("--steps", "20", "--model-width=64", "--json", "--prompt=--x=y", "--out", "runs/a")
    #expect(options[Sample.steps] == 20)
    #expect(options[Sample.width] == 64)
    #expect(options[Sample.json])
    #expect(options[Sample.prompt] == "--x=y")
    #expect(options[Sample.out] == "runs/a")
    #expect(options.isGiven(Sample.steps) && options.isGiven(Sample.width) && !options.isGiven(Sample.rate))
  }

  @Test("A switch reads the words by which it is described, and no others")
  func switches() throws {
    #expect(try Sample.json.value(of: "on") && !Sample.json.value(of: "off"))
    #expect(Sample.json.defaultText == "off" && Sample.json.defaultValue == false)
    #expect(throws: ValueProblem.self) { try Sample.json.value(of: "yes") }
  }

  @Test("Negative numbers, exponents, lists and choices are values")
  func values() throws {
    let options = try Sample.parse(
      "--offset", "-3", "--shift", "-.5", "--learning-rate", "1e-3", "--k", "8,1", "--gate-order", "topk-softmax",
      "--router", "hyperrouter", "--dropout=0.1", "--prompt", "")
    #expect(options[Sample.offset] == -3)
    #expect(options[Sample.shift] == -0.5)
    #expect(options[Sample.rate] == 1e-3)
    #expect(options[Sample.counts] == [8, 1])
    #expect(options[Sample.order] == .topKSoftmax)
    #expect(options[Sample.routers] == [.hyperrouter])
    #expect(options[Sample.dropout] == 0.1)
    #expect(options[Sample.prompt].isEmpty)
  }

  @Test("An unknown flag is refused with the nearest one")
  func unknownFlag() {
    #expect(Sample.message("--step", "3") == "train has no flag \"--step\"; did you mean --steps?")
    #expect(Sample.message("--modle-width=3") == "train has no flag \"--modle-width\"; did you mean --model-width?")
    #expect(Sample.message("-steps", "3") == "train has no flag \"-steps\"; did you mean --steps?")
    #expect(
      Sample.message("--zebra") == "train has no flag \"--zebra\"; hyperrouter train --help lists its flags")
    #expect(Sample.message("--") == "train has no flag \"--\"; hyperrouter train --help lists its flags")
    #expect(Sample.message("--=") == "train has no flag \"--\"; hyperrouter train --help lists its flags")
    #expect(Sample.message("-") == "train: found \"-\", expected a flag that begins with --")
  }

  @Test("A missing value, a value too many, a second time, a stray word are errors")
  func form() {
    #expect(Sample.message("--steps") == "--steps: found nothing after it, expected a value (N)")
    #expect(
      Sample.message("--steps", "--json")
        == "--steps: found \"--json\", expected a value (N); one that begins with -- is written --steps=VALUE")
    #expect(Sample.message("--steps=") == "--steps: found \"\", expected an integer from 1 to 100000000")
    #expect(Sample.message("--json=yes") == "--json: found the value \"yes\", expected none: it is a switch")
    #expect(Sample.message("--json", "--json") == "--json is given more than once, expected once")
    #expect(Sample.message("--steps", "1", "--steps=2") == "--steps is given more than once, expected once")
    #expect(Sample.message("--steps", "1", "2") == "train: found \"2\", expected a flag that begins with --")
    #expect(Sample.message("") == "train: found \"\", expected a flag that begins with --")
    #expect(Sample.message("--out", "") == "--out: found \"\", expected a path")
  }

  @Test(
    "What is not an integer in range is refused by name, found and expected",
    arguments: [
      "0", "-1", "999999999999", "99999999999999999999", "-99999999999999999999", "1.5", "1e3", "0x10", "abc", " 1",
      "1 ",
      "１", "1_000", "nan", "", "+-1", "9223372036854775808",
    ])
  func integers(value: String) {
    #expect(
      Sample.message("--model-width=\(value)")
        == "--model-width: found \"\(value)\", expected an integer from 1 to 65536")
  }

  @Test(
    "What is not a real number in range is refused by name, found and expected",
    arguments: [
      "nan", "inf", "-inf", "infinity", "NaN", "1e999", "0", "-0", "-1", "10.1", "1e-999", "0x1p3", "1,5", "", "e",
    ])
  func reals(value: String) {
    #expect(
      Sample.message("--learning-rate=\(value)")
        == "--learning-rate: found \"\(value)\", expected a number above 0 to 10")
  }

  @Test("The upper end of a half-open interval is refused")
  func halfOpen() {
    #expect(Sample.message("--dropout", "1") == "--dropout: found \"1\", expected a number from 0 to below 1")
    #expect(Sample.message("--dropout", "0.999") == "accepted")
  }

  @Test("An unknown choice is refused with the nearest one")
  func choices() {
    #expect(
      Sample.message("--preset", "tinny")
        == "--preset: found \"tinny\", expected one of smoke, tiny, small; did you mean tiny?")
    #expect(
      Sample.message("--gate-order", "zzz") == "--gate-order: found \"zzz\", expected one of softmax-topk, topk-softmax"
    )
    #expect(
      Sample.message("--router", "smoe,hyper")
        == "--router: found \"hyper\" in \"smoe,hyper\", expected one of smoe, smoe-dropout, hyperrouter; "
        + "did you mean hyperrouter?")
    #expect(Sample.message("--router", "smoe,smoe").hasSuffix("expected every name once"))
    #expect(Sample.message("--router", "").contains("expected one of"))
  }

  @Test("A list is refused for its wrong member")
  func lists() {
    #expect(
      Sample.message("--k", "1,,2")
        == "--k: found \"\" in \"1,,2\", expected integers from 1 to 1024, separated by commas")
    #expect(Sample.message("--k", "1,2,1") == "--k: found \"1\" in \"1,2,1\", expected every integer once")
    #expect(Sample.message("--k", "1,2000").hasPrefix("--k: found \"2000\" in \"1,2000\", expected integers from 1"))
    #expect(Sample.message("--k", "99999999999999999999").hasPrefix("--k: found \"99999999999999999999\", expected"))
  }

  @Test("A flag that must be given is missed by name")
  func required() {
    let result = Sample.run("evaluate")
    #expect(result.status == 2)
    #expect(result.errors == "hyperrouter: evaluate: --checkpoint is missing, expected --checkpoint DIR\n")
  }

  @Test("Control characters and long values stay on one short line")
  func hostileValues() {
    let message = Sample.message("--steps", "a\nb\u{1B}[2Jc\r\u{85}")
    #expect(message == "--steps: found \"a\\nb\\u{1b}[2Jc\\r\\u{85}\", expected an integer from 1 to 100000000")
    #expect(Sample.message("--steps", String(repeating: "9", count: 100_000)).count < 150)
    #expect(Sample.message("--" + String(repeating: "s", count: 100_000)).count < 150)
  }
}
