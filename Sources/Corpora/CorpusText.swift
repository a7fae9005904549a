import RunFiles

/// The text of a corpus before it is symbols: read once, whatever is made of it.
///
/// Standard input cannot be read a second time.
public struct CorpusText: Sendable {
  /// What the command line calls it: the name of a built-in corpus, a file's path, or `-` for standard input.
  public let specification: String
  let bytes: [UInt8]
  /// The built-in text, if it is one.
  let builtin: (any BuiltinText)?

  /// Reads a text.
  ///
  /// - Parameter specification: The name of a built-in corpus, the path of a file, or `-` for standard input.
  /// - Throws: `FileError`, `missing` when there is no such file or corpus, `damaged` when it is empty.
  public init(_ specification: String) throws {
    self.specification = specification
    if specification.hasPrefix(Corpus.builtinPrefix) {
      guard let name = BuiltinCorpus(rawValue: specification) else {
        throw FileError(
          .missing, specification,
          "found no such built-in corpus, expected \(Corpus.builtinNames.joined(separator: ", ")) or the path of a file"
        )
      }
      let builtin = name.make()
      (self.builtin, bytes) = (builtin, builtin.text)
    } else if specification == InputFile.standardInput {
      (builtin, bytes) = (nil, try InputFile.readStandardInput())
      if bytes.isEmpty { throw FileError(.damaged, InputFile.standardInputName, "found nothing, expected text") }
    } else {
      (builtin, bytes) = (nil, try InputFile.read(specification))
      if bytes.isEmpty { throw FileError(.damaged, specification, "found an empty file, expected text") }
    }
  }

  /// What messages call the text.
  var source: String { specification == InputFile.standardInput ? InputFile.standardInputName : specification }

  /// What results call the text: the last component of a path.
  var name: String {
    // Bytes, not characters: a slash with a combining mark behind it is one character.
    String(decoding: source.utf8.split(separator: UInt8(ascii: "/")).last ?? [], as: UTF8.self)
  }
}
