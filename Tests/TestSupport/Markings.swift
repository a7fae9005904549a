import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// An element of a page, as an XML parser reads it.
package final class Markings {
  package let name: String
  package let attributes: [String: String]
  package private(set) var children: [Markings] = []
  /// The text directly inside.
  package private(set) var text = ""

  init(name: String, attributes: [String: String]) { (self.name, self.attributes) = (name, attributes) }

  /// Reads a document; nil if it is not well formed.
  package static func parse(_ text: String) -> Markings? {
    let reader = Reader()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = reader
    return parser.parse() && !reader.hasFailed ? reader.root : nil
  }

  /// The element and all below it, in the order of the document.
  package var all: [Markings] { [self] + children.flatMap(\.all) }

  package var classes: [String] { (attributes["class"] ?? "").split(separator: " ").map(String.init) }
  package func has(_ name: String) -> Bool { classes.contains(name) }
  package func of(_ name: String) -> [Markings] { all.filter { $0.has(name) } }

  /// The first element of a name, here or below.
  package func first(_ name: String) -> Markings? { all.first { $0.name == name } }

  package func number(_ name: String) throws -> Double { try #require(Double(attributes[name] ?? "")) }

  /// The text of the `<title>` directly below.
  package var title: String? { children.first { $0.name == "title" }?.text }

  /// The subpaths of a drawing's path as lists of their `M` and `L` places.
  package var subpaths: [[(x: Double, y: Double)]] {
    (attributes["d"] ?? "").split(separator: "M").map { part in
      part.matches(of: /(?:^|L)(-?[0-9.]+),(-?[0-9.]+)/).compactMap { match in
        Double(match.1).flatMap { x in Double(match.2).map { (x, $0) } }
      }
    }
  }

  package var allText: String { all.map(\.text).joined(separator: " ") }

  private final class Reader: NSObject, XMLParserDelegate {
    var root: Markings?
    var hasFailed = false
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

    func parser(_ parser: XMLParser, parseErrorOccurred: any Error) { hasFailed = true }

    func parser(_ parser: XMLParser, foundCharacters text: String) { open.last?.text += text }
  }
}

extension Markings {
  /// The rows of the table under a heading, each cell's text by its column's heading.
  ///
  /// - Throws: What ends a test if there is no such table.
  public func table(_ title: String) throws -> [[String: String]] {
    let all = all
    let heading = try #require(all.firstIndex { $0.name == "h3" && $0.text == title }, "\(title)")
    let table = try #require(all[heading...].first { $0.name == "table" })
    let rows = table.all.filter { $0.name == "tr" }.map { $0.children.map(\.text) }
    return rows.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(rows[0], $0)) }
  }
}
