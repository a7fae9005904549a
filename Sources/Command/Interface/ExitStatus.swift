/// What the program tells its caller when it ends; the numbers above 2 are those of BSD's `sysexits.h`.
public enum ExitStatus: Int32, Sendable, CaseIterable {
  /// Everything asked for was done.
  case success = 0
  /// A theorem that the command tests did not hold.
  case refuted = 1
  /// The command line was wrong.
  case usage = 2
  /// An input exists and its contents are wrong (EX_DATAERR).
  case badData = 65
  /// An input does not exist or cannot be opened (EX_NOINPUT).
  case missingInput = 66
  /// The computation failed, for instance with a loss that is not finite (EX_SOFTWARE).
  case failure = 70
  /// An output file or directory cannot be created (EX_CANTCREAT).
  case cannotCreate = 73
  /// Reading or writing failed halfway (EX_IOERR).
  case inputOutput = 74
  /// The user interrupted the work (128 + SIGINT).
  case interrupted = 130
}
