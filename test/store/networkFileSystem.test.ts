import { readdirSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { acquireRunnerLock, openStore } from '../../src/store/index.ts'
import { remoteName } from '../../src/store/networkFileSystem.ts'
import { clock, labError, temporaryFolder } from './laboratory.ts'

vi.mock('node:fs', async original => {
  const fs = await original<typeof import('node:fs')>()
  return { ...fs, statfsSync: vi.fn(fs.statfsSync) }
})

describe('network file systems', () => {
  it('are told by their type', () => {
    expect(remoteName(0x6969, '/home/me', '')).toBe('nfs')
    expect(remoteName(0xff534d42, '/home/me', '')).toBe('cifs')
    expect(remoteName(0xff534d42 | 0, '/home/me', '')).toBe('cifs')
    expect(remoteName(0xef53, '/home/me', '')).toBeNull()
  })

  it('are told by the mount that holds the folder, where all share the type FUSE', () => {
    const mounts = [
      '25 1 253:0 / / rw - ext4 /dev/sda1 rw',
      '40 25 0:50 / /mnt/box\\040one rw,nosuid shared:3 - fuse.sshfs me@box: rw',
      '41 25 0:51 / /mnt/stick rw - fuseblk /dev/sdb1 rw',
    ].join('\n')
    expect(remoteName(0x65735546, '/mnt/box one/labs', mounts)).toBe('fuse.sshfs')
    expect(remoteName(0x65735546, '/mnt/box one', mounts)).toBe('fuse.sshfs')
    expect(remoteName(0x65735546, '/mnt/box oneself', mounts)).toBeNull()
    expect(remoteName(0x65735546, '/mnt/stick/labs', mounts)).toBeNull()
  })

  it.runIf(process.platform === 'linux')('are refused before anything is made there', () => {
    const folder = temporaryFolder()
    const path = join(folder, 'new', 'lab.db')
    vi.mocked(statfsSync).mockReturnValue({ type: 0x6969 } as ReturnType<typeof statfsSync>)
    expect(() => openStore(path, { now: clock(), mode: 'write' })).toThrow(labError('unavailable', path, 'nfs', '--db'))
    expect(() => acquireRunnerLock(path)).toThrow(labError('unavailable', 'nfs'))
    expect(openStore(path, { now: clock(), mode: 'read' })).toBeNull()
    expect(readdirSync(folder)).toEqual([])
  })
})
