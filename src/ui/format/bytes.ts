import { formatNumber } from './number.ts'

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** A number of bytes with three digits: `412 MB`; in thousands, as disks are sold. */
export function formatBytes(bytes: number): string {
  if (!(bytes >= 0) || !Number.isFinite(bytes)) return '·'
  const step = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)))
  return `${formatNumber(bytes / 1000 ** step, 3)} ${UNITS[step]}`
}
