import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// An element of a page, as an XML parser reads it.
final class Markings {
  let name: String
  let attributes: [String: String]
  private(set) var children: [Markings] = []
  private(set) var text = ""

  init(name: String, attributes: [String: String]) { (self.name, self.attributes) = (name, attributes) }

  /// Reads a document; nil if it is not well formed.
  static func parse(_ text: String) -> Markings? {
    let reader = Reader()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = reader
    return parser.parse() ? reader.root : nil
  }

  /// The element and all below it, in the order of the document.
  var all: [Markings] { [self] + children.flatMap(\.all) }

  var classes: [String] { (attributes["class"] ?? "").split(separator: " ").map(String.init) }

  func has(_ name: String) -> Bool { classes.contains(name) }

  /// All elements of a class.
  func of(_ name: String) -> [Markings] { all.filter { $0.has(name) } }

  /// The first element of a name, here or below.
  func first(_ name: String) -> Markings? { all.first { $0.name == name } }

  /// The text here and below.
  var allText: String { all.map(\.text).joined(separator: " ") }

  private final class Reader: NSObject, XMLParserDelegate {
    var root: Markings?
    private var open: [Markings] = []

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String] = [:]
    ) {
      let element = Markings(name: name, attributes: attributes)
      open.last?.children.append(element)
      open.append(element)
      if root == nil { root = element }
    }

    func parser(_ parser: XMLParser, didEndElement: String, namespaceURI: String?, qualifiedName: String?) {
      open.removeLast()
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) { open.last?.text += text }
  }
}
