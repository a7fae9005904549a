import Tables
import Testing
import Training

@testable import Command

@Suite("Flags")
struct OptionsTests {
  typealias Sample = SampleProgram

  @Test("Without flags every default holds, a switch's by the word that describes it")
  func defaults() throws {
    let options = try Sample.parse()
    #expect(options[Sample.steps] == 1500 && options[Sample.width] == nil && options[Sample.rate] == 2.5e-4)
    #expect(options[Sample.order] == .softmaxTopK && options[Sample.routers] == [.smoe, .hyperrouter])
    #expect(options[Sample.counts] == [1, 2, 4] && !options[Sample.json] && options[Sample.out] == nil)
    #expect(options[Sample.schedule] == KSchedule(.constant, 2, 2) && !options.isGiven(Sample.steps))
    #expect(try Sample.json.value(of: "on") && !Sample.json.value(of: Sample.json.defaultText ?? ""))
  }

  @Test("A value follows after a space or after =; negative numbers, exponents, lists and names are values")
  func values() throws {
    let options = try Sample.parse(
      "--steps", "20", "--model-width=64", "--json", "--prompt=--x=y", "--out", "runs/a", "--offset", "-3", "--shift",
      "-.5", "--learning-rate", "1e-3", "--k", "8,1", "--gate-order", "topk-softmax", "--router", "hyperrouter",
      "--dropout=0.1")
    #expect(options[Sample.steps] == 20 && options[Sample.width] == 64 && options[Sample.json])
    #expect(options[Sample.prompt] == Array("--x=y".utf8) && options[Sample.out] == "runs/a")
    #expect(options[Sample.offset] == -3 && options[Sample.shift] == -0.5 && options[Sample.rate] == 1e-3)
    #expect(options[Sample.counts] == [8, 1] && options[Sample.order] == .topKSoftmax)
    #expect(options[Sample.routers] == [.hyperrouter] && options[Sample.dropout] == 0.1)
    #expect(options.isGiven(Sample.steps) && options.isGiven(Sample.width) && !options.isGiven(Sample.preset))
    #expect(try Sample.parse("--prompt", "")[Sample.prompt].isEmpty)
    for schedule in [
      KSchedule(.constant, 2, 2), KSchedule(.linearIncrease, 2, 8), KSchedule(.multistepDecrease, 4, 4),
    ] {
      #expect(try Sample.parse("--k-schedule", "\(schedule)")[Sample.schedule] == schedule)
    }
  }

  @Test(
    "A flag has other names, of one letter with one dash; a bare word is the value of one flag; related names lead to it"
  )
  func otherNames() throws {
    #expect(try Sample.parse("--size", "3")[Sample.width] == 3 && Sample.parse("-w=4")[Sample.width] == 4)
    #expect(Sample.message(["--size", "3", "-w", "4"]) == "--model-width is given more than once, expected once")
    #expect(Sample.message(["-w", "0"]) == #"--model-width: found "0", expected an integer from 1 to 65536"#)

    let file = Flag<String>.path("data", help: "the text").optional("none")
    let steps = Sample.steps.insteadOf("epochs")
    let command = Command("read", summary: "reads", bare: file, groups: [FlagGroup("All", [file, steps])]) { _, _ in }
    func options(_ words: String...) throws(CommandError) -> Options {
      try Options(words, of: command, program: "hyperrouter")
    }
    #expect(try options("book.txt", "--steps", "3")[file] == "book.txt")
    #expect(throws: CommandError.usage(#"read: found "b", expected a flag that begins with --"#)) {
      try options("a", "b")
    }
    #expect(throws: CommandError.usage("--data is given more than once, expected once")) {
      try options("a", "--data", "b")
    }
    #expect(throws: CommandError.usage(#"read has no flag "--epochs"; --steps is optimiser steps"#)) {
      try options("--epochs", "2")
    }
    let program = SampleProgram.program
    #expect(HelpText.of(command, program: program, style: TextStyle(isColoured: false)).contains("read [FILE] [flags]"))
    #expect(
      HelpText.of(Sample.train, program: program, style: TextStyle(isColoured: false)).contains("also --size, -w)"))
  }

  @Test(
    "What is wrong with a line is said in one sentence",
    arguments: [
      ("--step 3", #"train has no flag "--step"; did you mean --steps?"#),
      ("--modle-width=3", #"train has no flag "--modle-width"; did you mean --model-width?"#),
      ("-steps 3", #"train has no flag "-steps"; did you mean --steps?"#),
      ("--zebra", #"train has no flag "--zebra"; hyperrouter train --help lists its flags"#),
      ("--", #"train has no flag "--"; hyperrouter train --help lists its flags"#),
      ("--=", #"train has no flag "--"; hyperrouter train --help lists its flags"#),
      ("-", #"train: found "-", expected a flag that begins with --"#),
      ("", #"train: found "", expected a flag that begins with --"#),
      ("--steps 1 2", #"train: found "2", expected a flag that begins with --"#),
      ("--steps", "--steps: found nothing after it, expected a value (N)"),
      (
        "--steps --json",
        #"--steps: found "--json", expected a value (N); one that begins with -- is written --steps=VALUE"#
      ),
      ("--steps=", #"--steps: found "", expected an integer from 1 to 100000000"#),
      ("--json=yes", #"--json: found the value "yes", expected none: it is a switch"#),
      ("--json --json", "--json is given more than once, expected once"),
      ("--steps 1 --steps=2", "--steps is given more than once, expected once"),
      ("--out=", #"--out: found "", expected a path"#),
      ("--dropout 1", #"--dropout: found "1", expected a number from 0 to below 1"#),
      ("--dropout 0.999", "accepted"),
      ("--preset tinny", #"--preset: found "tinny", expected one of smoke, tiny, small; did you mean tiny?"#),
      ("--gate-order zzz", #"--gate-order: found "zzz", expected one of softmax-topk, topk-softmax"#),
      (
        "--gate-order first",
        #"--gate-order: found "first", expected one of softmax-topk, topk-softmax; did you mean topk-softmax?"#
      ),
      (
        "--router smoe,hyper",
        #"--router: found "hyper" in "smoe,hyper", expected one of smoe, smoe-dropout, hyperrouter; did you mean hyperrouter?"#
      ),
      ("--router smoe,smoe", #"--router: found "smoe" in "smoe,smoe", expected every name once"#),
      ("--router=", #"--router: found "", expected one of smoe, smoe-dropout, hyperrouter"#),
      ("--k 1,,2", #"--k: found "" in "1,,2", expected integers from 1 to 1024, separated by commas"#),
      ("--k 1,2,1", #"--k: found "1" in "1,2,1", expected every integer once"#),
      ("--k 1,2000", #"--k: found "2000" in "1,2000", expected integers from 1 to 1024, separated by commas"#),
    ])
  func refused(line: String, message: String) {
    #expect(Sample.message(line.isEmpty ? [""] : line.split(separator: " ").map(String.init)) == message)
  }

  @Test("What is not a number in range is refused by name, found and expected")
  func numbers() {
    for value in [
      "0", "-1", "999999999999", "99999999999999999999", "-99999999999999999999", "1.5", "1e3", "0x10", "abc", " 1",
      "1 ", "１", "1_000", "nan", "", "+-1", "9223372036854775808",
    ] {
      #expect(
        Sample.message(["--model-width=\(value)"])
          == "--model-width: found \"\(value)\", expected an integer from 1 to 65536")
    }
    for value in [
      "nan", "inf", "-inf", "infinity", "NaN", "1e999", "0", "-0", "-1", "10.1", "1e-999", "0x1p3", "1,5", "", "e",
    ] {
      #expect(
        Sample.message(["--learning-rate=\(value)"])
          == "--learning-rate: found \"\(value)\", expected a number above 0 to 10")
    }
  }

  @Test(
    "A wrong schedule is refused for its wrong part",
    arguments: [
      ("linear-increse:2:8", "did you mean linear-increase?"),
      ("", "found \"\", expected one of the modes constant, linear-increase"),
      (":", "found \"\" in \":\", expected one of the modes"),
      ("constant", "expected constant:N"), ("constant:2:8", "expected constant:N"),
      ("linear-increase:2", "expected linear-increase:MIN:MAX"),
      ("linear-increase:2:8:9", "expected linear-increase:MIN:MAX"),
      ("linear-increase:8:2", "expected linear-increase:MIN:MAX with MIN not above MAX"),
      ("linear-increase:0:2", "found \"0\" in \"linear-increase:0:2\", expected linear-increase:MIN:MAX with integers"),
      ("cosine-decrease:2:99999999999999999999", "found \"99999999999999999999\" in"),
      ("cosine-decrease:2:x", "found \"x\" in \"cosine-decrease:2:x\", expected"), ("constant:-1", "found \"-1\" in"),
    ])
  func schedules(value: String, fragment: String) {
    let message = Sample.message(["--k-schedule=\(value)"])
    #expect(message.hasPrefix("--k-schedule: found ") && message.contains(fragment), "\(message)")
  }

  @Test("Control characters and long values stay on one short line")
  func hostileValues() {
    #expect(
      Sample.message(["--steps", "a\nb\u{1B}[2Jc\r\u{85}"])
        == "--steps: found \"a\\nb\\u{1b}[2Jc\\r\\u{85}\", expected an integer from 1 to 100000000")
    #expect(Sample.message(["--steps", String(repeating: "9", count: 100_000)]).count < 150)
    #expect(Sample.message(["--" + String(repeating: "s", count: 100_000)]).count < 150)
  }
}
