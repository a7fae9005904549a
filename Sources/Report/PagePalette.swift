/// The backgrounds of marked text, as hexadecimal numbers: pale in light, deep in dark, so that text stands out 4.5 : 1.
///
/// Twelve hues; the thirteenth thing has the first again, and its own number.
struct PagePalette: Sendable {
  let tints: [Int]
  let link: Int

  static let light = PagePalette(
    tints: [
      0xBFDDF5, 0xFFD3AE, 0xB5E6CF, 0xF5C6E2, 0xEFE08F, 0xD5CCF6, 0xD9D9D9, 0xF8BDB5, 0xAEE3E8, 0xD3E8A4, 0xE6CBB0,
      0xC4CFDE,
    ], link: 0x0B55C0)

  static let dark = PagePalette(
    tints: [
      0x124A75, 0x74401A, 0x125A42, 0x6D2D58, 0x5D5208, 0x463A7E, 0x4A4A4A, 0x772E26, 0x0F565D, 0x42591A, 0x5C4329,
      0x384860,
    ], link: 0x8AB8FF)
}
