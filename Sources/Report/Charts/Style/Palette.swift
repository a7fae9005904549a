import Foundation

/// The colours of a theme, as hexadecimal numbers.
///
/// Series follow Okabe and Ito's palette, whose colours people with any colour vision tell apart, darkened or lightened
/// until they stand out from the background 3 : 1. Text stands out 4.5 : 1.
struct Palette: Sendable {
  let background: Int
  let text: Int
  let muted: Int
  let grid: Int
  let axis: Int
  let focus: Int
  let series: [Int]
  /// A heat map's levels from the least to the most; ever further from the background.
  let levels: [Int]
  /// What is written on the first and on the last levels.
  let onLevels: (low: Int, high: Int)

  static let light = Palette(
    background: 0xFFFFFF, text: 0x1B1F24, muted: 0x555E68, grid: 0xE1E5EA, axis: 0x6E7781, focus: 0x0B5CD6,
    series: [0x0060A8, 0xD55E00, 0x008F68, 0xC0509A, 0x7A5C00, 0x3A9AD9, 0x303030],
    levels: ramp([0xF4F8FC, 0xC3DBEE, 0x7FB4D8, 0x3B86BD, 0x125A93, 0x08305C]), onLevels: (0x000000, 0xFFFFFF))

  static let dark = Palette(
    background: 0x15181D, text: 0xE8EBEF, muted: 0xA9B2BD, grid: 0x2C323A, axis: 0x8B95A1, focus: 0x7FB6FF,
    series: [0x56B4E9, 0xE8702A, 0x1FB58A, 0xE79AC8, 0xF0C93A, 0x3C78D8, 0xE0E0E0],
    levels: ramp([0x1C232D, 0x1D3D5C, 0x1F5F8F, 0x3F8CBF, 0x86BFE0, 0xE3F1FA]), onLevels: (0xFFFFFF, 0x000000))

  /// How many levels a heat map has.
  static let levelCount = 16

  /// What is written on a level.
  func onLevel(_ level: Int) -> Int {
    let (low, high) = (Palette.contrast(onLevels.low, levels[level]), Palette.contrast(onLevels.high, levels[level]))
    return low >= high ? onLevels.low : onLevels.high
  }

  /// Returns how far two colours stand out from each other, 1 to 21, as WCAG 2 defines it.
  static func contrast(_ one: Int, _ other: Int) -> Double {
    let (a, b) = (luminance(one), luminance(other))
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
  }

  private static func luminance(_ colour: Int) -> Double {
    zip([16, 8, 0], [0.2126, 0.7152, 0.0722]).reduce(0) { sum, channel in
      let value = Double(colour >> channel.0 & 255) / 255
      return sum + channel.1 * (value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4))
    }
  }

  private static func ramp(_ stops: [Int]) -> [Int] {
    (0..<levelCount).map { level in
      let place = Double(level) / Double(levelCount - 1) * Double(stops.count - 1)
      let index = min(Int(place), stops.count - 2)
      return [16, 8, 0].reduce(0) { colour, shift in
        let (a, b) = (Double(stops[index] >> shift & 255), Double(stops[index + 1] >> shift & 255))
        return colour | Int((a + (b - a) * (place - Double(index))).rounded()) << shift
      }
    }
  }
}
