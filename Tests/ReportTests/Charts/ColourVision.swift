import Foundation

/// How colours look to people of different colour vision, after Machado, Oliveira and Fernandes 2009 at severity 1.
enum ColourVision: CaseIterable {
  case full, protanopia, deuteranopia, tritanopia

  private var matrix: [[Double]] {
    switch self {
    case .full: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    case .protanopia:
      [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    case .deuteranopia:
      [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    case .tritanopia:
      [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    }
  }

  /// Returns the distance of two colours in CIELAB.
  func distance(_ one: Int, _ other: Int) -> Double {
    zip(lab(one), lab(other)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }

  private func lab(_ colour: Int) -> [Double] {
    let linear = [16, 8, 0].map { shift in
      let value = Double(colour >> shift & 255) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    let seen = matrix.map { row in max(0, min(1, zip(row, linear).reduce(0) { $0 + $1.0 * $1.1 })) }
    let (r, g, b) = (seen[0], seen[1], seen[2])
    let x: Double = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505
    let y: Double = 0.2126 * r + 0.7152 * g + 0.0722 * b
    let z: Double = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089
    let scaled = [x, y, z].map { (value: Double) -> Double in
      value > 0.008856 ? cbrt(value) : 7.787 * value + 16 / 116
    }
    return [116 * scaled[1] - 16, 500 * (scaled[0] - scaled[1]), 200 * (scaled[1] - scaled[2])]
  }
}
