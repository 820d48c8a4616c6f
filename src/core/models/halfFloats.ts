/** Floats of 16 bits as floats of 32, exactly: every value of theirs, infinities and NaN's bits included, is one of F32. */

/** IEEE 754 binary16: sign, 5 bits of exponent (bias 15), 10 of fraction. */
export function fromF16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const bits = new Uint32Array(halves.length)
  const floats = new Float32Array(bits.buffer)
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i]!
    const sign = (half & 0x8000) << 16
    const exponent = (half >> 10) & 31
    const fraction = half & 1023
    if (exponent === 31) bits[i] = sign | 0x7f800000 | (fraction << 13)
    else if (exponent > 0) bits[i] = sign | ((exponent + 112) << 23) | (fraction << 13)
    else floats[i] = (sign < 0 ? -fraction : fraction) * 2 ** -24 // zero and what is smaller than 2^-14
  }
  return floats
}

/** bfloat16: the upper half of an F32. */
export function fromBf16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const bits = new Uint32Array(halves.length)
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16
  return new Float32Array(bits.buffer)
}
