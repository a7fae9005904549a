import RunFiles

/// Where labelled texts come from: files of rows with a text, a tab and a label, a play, or the built-in task.
public struct ClassificationSources: Codable, Described, Equatable, Sendable {
  package static let words =
    "classification_data: files of labelled texts, speakers:FILE or builtin:dialects; null: from train"
  /// What to train on: a file's path, that of a play after ``speakers``, or ``builtin``.
  public let train: String
  /// What choices are made by; a part of ``train`` if nil.
  @OrNull public private(set) var validation: String?
  /// What is measured on; a part of ``train`` if nil.
  @OrNull public private(set) var test: String?

  /// The name of the built-in task: that of the text whose lines it is about.
  public static let builtin = DialectCorpus.name
  /// The names of the built-in tasks.
  public static let builtinNames = [builtin]
  /// What stands before the path of a play, whose speakers are the labels.
  public static let speakers = LabelledRows.playPrefix

  /// Names files.
  public init(train: String = builtin, validation: String? = nil, test: String? = nil) {
    self.train = Self.absolute(train)
    self.validation = validation.map(Self.absolute)
    self.test = test.map(Self.absolute)
  }

  private static func absolute(_ specification: String) -> String {
    LabelledRows.play(in: specification).map { speakers + InputFile.absolutePath(of: $0) }
      ?? Corpus.absoluteSpecification(specification)
  }

  /// What results call the texts: the last component of a path.
  public var name: String { InputFile.lastComponent(of: train) }

  /// What results call the texts of a part: the last component of the path of the file that they are in.
  public func name(of split: SplitName) -> String {
    switch split {
    case .train: name
    case .validation: InputFile.lastComponent(of: validation ?? train)
    case .test: InputFile.lastComponent(of: test ?? train)
    }
  }
}
