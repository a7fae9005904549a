/// The hatching of a group's bars, so that groups differ without their colours.
struct Hatch {
  private static let size = 8.0
  private static let paths = [
    "M0,0H8V8H0Z", "M-2,2L2,-2M0,8L8,0M6,10L10,6", "M0,2H8M0,6H8", "M2,0V8M6,0V8",
    "M-2,6L2,10M0,0L8,8M6,-2L10,2", "M0,4H8M4,0V8", "M2,2h2v2h-2zM6,6h2v2h-2z",
  ]

  let index: Int

  /// Returns the definition of the pattern; the first is filled.
  func pattern(id: String, colourClass: String) -> String {
    let size = Markup.number(Hatch.size)
    let isFilled = index % Hatch.paths.count == 0
    return "<pattern id=\"\(id)\" class=\"hatch \(colourClass)\" width=\"\(size)\" height=\"\(size)\" "
      + "patternUnits=\"userSpaceOnUse\"><rect width=\"\(size)\" height=\"\(size)\"/>"
      + "<path d=\"\(Hatch.paths[index % Hatch.paths.count])\"" + (isFilled ? " class=\"full\"" : "")
      + "/></pattern>"
  }
}
