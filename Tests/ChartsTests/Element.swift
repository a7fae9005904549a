import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// An element of a drawing, as an XML parser reads it.
final class Element {
  let name: String
  let attributes: [String: String]
  private(set) var children: [Element] = []
  private(set) var text = ""

  init(name: String, attributes: [String: String]) { (self.name, self.attributes) = (name, attributes) }

  /// Reads a document; nil if it is not well formed.
  static func parse(_ text: String) -> Element? {
    let reader = Reader()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = reader
    return parser.parse() && !reader.hasFailed ? reader.root : nil
  }

  /// The element and all below it, in the order of the document.
  var all: [Element] { [self] + children.flatMap(\.all) }

  var classes: [String] { (attributes["class"] ?? "").split(separator: " ").map(String.init) }

  func has(_ name: String) -> Bool { classes.contains(name) }

  /// All elements of a class.
  func of(_ name: String) -> [Element] { all.filter { $0.has(name) } }

  func number(_ name: String) throws -> Double { try #require(Double(attributes[name] ?? "")) }

  /// The text of the `<title>` directly below.
  var title: String? { children.first { $0.name == "title" }?.text }

  /// Subpaths as lists of their `M` and `L` places.
  var subpaths: [[(x: Double, y: Double)]] {
    (attributes["d"] ?? "").split(separator: "M").map { part in
      part.matches(of: /(?:^|L)(-?[0-9.]+),(-?[0-9.]+)/).compactMap { match in
        Double(match.1).flatMap { x in Double(match.2).map { (x, $0) } }
      }
    }
  }

  private final class Reader: NSObject, XMLParserDelegate {
    var root: Element?
    var hasFailed = false
    private var open: [Element] = []

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String] = [:]
    ) {
      let element = Element(name: name, attributes: attributes)
      open.last?.children.append(element)
      open.append(element)
      if root == nil { root = element }
    }

    func parser(_ parser: XMLParser, didEndElement: String, namespaceURI: String?, qualifiedName: String?) {
      open.removeLast()
    }

    func parser(_ parser: XMLParser, parseErrorOccurred: any Error) { hasFailed = true }

    func parser(_ parser: XMLParser, foundCharacters text: String) { open.last?.text += text }
  }
}
