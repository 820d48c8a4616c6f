/** A Sixel sequence as pixels, after the VT330/VT340 manual (chapter 14). Pixels that no colour is set for are black. */
export function sixelPixels(sequence: string): { width: number; height: number; rgb: Uint8Array } {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it reads a terminal's codes
  const [, body = ''] = /^\x1bP[\d;]*q(.*)\x1b\\$/s.exec(sequence) ?? []
  const [, wide, high] = /^"\d+;\d+;(\d+);(\d+)/.exec(body) ?? []
  const [width, height] = [Number(wide), Number(high)]
  const rgb = new Uint8Array(width * height * 3)
  const registers = new Map<number, number[]>()
  let colour = 0
  let x = 0
  let y = 0
  for (const [token, definition, repeated, sixels] of body.matchAll(/#(\d+(?:;\d+)*)|!(\d+)([?-~])|[?-~$-]/g)) {
    if (definition !== undefined) {
      const [register = 0, system, ...values] = definition.split(';').map(Number)
      colour = register
      if (system === 2)
        registers.set(
          register,
          values.map(percent => Math.round((percent * 255) / 100)),
        )
    } else if (token === '$') x = 0
    else if (token === '-') {
      x = 0
      y += 6
    } else {
      const bits = (sixels ?? token).charCodeAt(0) - 63
      for (let count = Number(repeated ?? 1); count > 0; count--, x++)
        for (let bit = 0; bit < 6; bit++)
          if (((bits >> bit) & 1) === 1) {
            if (x >= width || y + bit >= height) throw new Error(`a pixel at ${x},${y + bit} of ${width}x${height}`)
            rgb.set(registers.get(colour) ?? [], 3 * ((y + bit) * width + x))
          }
    }
  }
  return { width, height, rgb }
}
