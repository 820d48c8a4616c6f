/**
 * Keeps databases off network file systems. SQLite's WAL shares memory between processes and trusts the file
 * system's locks; across machines neither holds, and a database there is damaged without a word.
 */
import { existsSync, readFileSync, realpathSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { LabError } from '../core/shared/errors.ts'

/** `statfs` types (linux/magic.h and the file systems' own headers) that are always remote. */
const REMOTE: ReadonlyMap<number, string> = new Map([
  [0x6969, 'nfs'],
  [0x517b, 'smb'],
  [0xff534d42, 'cifs'],
  [0xfe534d42, 'smb2'],
  [0x564c, 'ncp'],
  [0x5346414f, 'afs'],
  [0x6b414653, 'afs'],
  [0x73757245, 'coda'],
  [0x01021997, '9p'],
  [0x00c36400, 'ceph'],
  [0x0bd00bd0, 'lustre'],
  [0x19830326, 'beegfs'],
  [0x47504653, 'gpfs'],
  [0x7461636f, 'ocfs2'],
  [0x01161970, 'gfs2'],
])

const FUSE = 0x65735546

/** FUSE carries local and remote file systems under one type; the mount table has their names. */
const REMOTE_FUSE =
  /^fuse\.(sshfs|rclone|s3fs|gcsfuse|goofys|mount-s3|blobfuse2?|glusterfs|ceph|curlftpfs|davfs|juicefs|smbnetfs)/

/**
 * Throws a LabError `unavailable` when the file at `path` (absolute), there or to be made, lies on a network file system. Only
 * Linux tells.
 */
export function refuseNetwork(path: string): void {
  if (process.platform !== 'linux') return
  const place = realpathSync(existing(path))
  const type = statfsSync(place).type
  const name = remoteName(type, place, type === FUSE ? readFileSync('/proc/self/mountinfo', 'utf8') : '')
  if (name === null) return
  const why = `lies on a network file system (${name}), where a database can be damaged`
  throw new LabError('unavailable', `${path}: ${why}; name a file on a local disk with --db`)
}

/** The path itself, or the nearest folder above it that exists. */
function existing(path: string): string {
  return existsSync(path) ? path : existing(dirname(path))
}

/**
 * The name of the network file system that holds `place`, or null, from what the system says: the `statfs` type and the text
 * of `/proc/self/mountinfo`.
 */
export function remoteName(type: number, place: string, mounts: string): string | null {
  if (type !== FUSE) return REMOTE.get(type >>> 0) ?? null
  let best = ''
  let name = ''
  for (const line of mounts.split('\n')) {
    // `36 35 98:0 /root /mount options... - type source super`
    const [before = '', after = ''] = line.split(' - ')
    const mount = unescaped(before.split(' ')[4] ?? '')
    const holds = mount !== '' && (place === mount || place.startsWith(mount === '/' ? '/' : `${mount}/`))
    if (!holds || mount.length < best.length) continue
    best = mount
    name = after.split(' ')[0] ?? ''
  }
  return REMOTE_FUSE.test(name) ? name : null
}

/** mountinfo writes space, tab, newline and backslash as three octal digits. */
function unescaped(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}
