import Corpora
import RunFiles

/// The beginning of a text that a model continues.
struct Prompt {
  /// What is shown before the continuation; empty where none was given.
  let text: String
  /// What the model reads, at least one symbol.
  let symbols: [Int32]

  /// Reads the beginning that the flags give.
  ///
  /// - Parameters:
  ///   - options: The flags of `generate`.
  ///   - vocabulary: The model's symbols.
  /// - Throws: `CommandError` of status 2 for a prompt on the command line, `FileError` for one in a file.
  init(_ options: Options, _ vocabulary: Vocabulary) throws {
    if let path = options[GenerateFlags.promptFile] {
      let isInput = path == InputFile.standardInput
      let bytes = isInput ? try InputFile.readStandardInput() : try InputFile.read(path)
      let name = isInput ? InputFile.standardInputName : path
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw FileError(.damaged, name, "found bytes that are not UTF-8, expected a text")
      }
      do {
        (self.text, symbols) = (text, try vocabulary.encode(bytes))
      } catch let error as CorpusError {
        throw FileError(.damaged, name, error.description)
      }
      if symbols.isEmpty { throw FileError(.damaged, name, "found no symbols, expected at least one") }
    } else if let text = options[GenerateFlags.prompt] {
      do {
        (self.text, symbols) = (text, try vocabulary.encode(text))
      } catch let error as CorpusError {
        throw CommandError.usage("--prompt: \(error)")
      }
      if symbols.isEmpty { throw CommandError.usage("--prompt: found no symbols, expected at least one") }
    } else {
      (text, symbols) = ("", (try? vocabulary.encode("\n")) ?? [0])
    }
  }
}
