/// All sizes of a drawing, in units of its view box.
///
/// A drawing is as wide as its place on the page. On a page of 360 pixels with its margins the text of
/// 14 units has 10 pixels.
enum Layout {
  /// The width of every view box.
  static let width = 460.0
  /// The height of a plot between its axes.
  static let plotHeight = 230.0
  /// The size of all text.
  static let fontSize = 14.0
  /// From one line of text to the next.
  static let lineHeight = 18.0
  /// Between neighbours that must not touch.
  static let gap = 8.0
  /// Between a vertical axis and its labels, so that a marker on the axis fits.
  static let tickGap = 11.0
  /// The least distance of a plot from the right edge.
  static let rightMargin = 18.0
  /// The widest label at the end of a reference.
  static let referenceWidth = 104.0
  /// The longest rotated label of a category.
  static let rotatedWidth = 92.0
  /// The widest label of a row of a heat map.
  static let rowLabelWidth = 130.0
  /// The radius of a marker.
  static let markerRadius = 4.0
  /// The radius in which a point is under the pointer, and of its focus ring.
  static let targetRadius = 9.0
  /// The length of a line in the legend.
  static let keyWidth = 30.0
  /// The widest bar.
  static let widestBar = 44.0
  /// The height of a row of an interval chart below its label.
  static let intervalHeight = 28.0
  /// The greatest height of a heat map's cell.
  static let cellHeight = 36.0
  /// The least height of a heat map's cell.
  static let leastCellHeight = 6.0
  /// The width of a heat map's colour scale.
  static let scaleWidth = 14.0
  /// The most ticks of an axis.
  static let mostTicks = (horizontal: 9, vertical: 7)
  /// Above so many points a series is thinned to as many as `thinnedPoints` that can be pointed at.
  static let mostPoints = 60
  /// How many points of a thinned series can be pointed at.
  static let thinnedPoints = 40
  /// How many columns of a line are told apart; each gives two vertices at most.
  static let columns = 240
  /// How many markers tell a line apart on which not every point has one.
  static let sparseMarkers = 5
  /// Narrower cells of a heat map have no borders.
  static let borderedCell = 12.0
  /// Above so many cells those of a heat map show their values as titles only.
  static let mostCells = 100
}
