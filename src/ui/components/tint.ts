/** Colours for data: a background that says how much, and a foreground that can be read on it. */

export interface Tint {
  readonly background: string
  readonly color: string
}

/** `#rrggbb` of red, green, blue, 0 to 255, with black or white on it, whichever stands out more (WCAG 2.2 contrast). */
export function tintOf([red, green, blue]: readonly [number, number, number]): Tint {
  const [r, g, b] = [red, green, blue].map(linear) as [number, number, number]
  const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b
  const blackStandsOut = (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05)
  return { background: hex([red, green, blue]), color: blackStandsOut ? '#000000' : '#ffffff' }
}

function linear(byte: number): number {
  const value = byte / 255
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}

function hex(bytes: readonly number[]): string {
  return `#${bytes.map(byte => byte.toString(16).padStart(2, '0')).join('')}`
}
