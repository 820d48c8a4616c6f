/** A span of time as the lab writes it: `45 s`, `12 m 5 s`, `1 h 12 m`, `2 d 3 h`; `·` where it is not known. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '·'
  const whole = Math.max(0, Math.round(seconds))
  const steps = [
    [86_400, 'd', 3600, 'h'],
    [3600, 'h', 60, 'm'],
    [60, 'm', 1, 's'],
  ] as const
  for (const [size, unit, smallerSize, smallerUnit] of steps) {
    if (whole < size) continue
    const rest = Math.floor((whole % size) / smallerSize)
    return rest === 0 ? `${Math.floor(whole / size)} ${unit}` : `${Math.floor(whole / size)} ${unit} ${rest} ${smallerUnit}`
  }
  return `${whole} s`
}
