/** The environment that a trainer process is started with. */

/**
 * Huge pages for what malloc gives out: a training step asks for the same big blocks again and again, and without them the kernel clears some 3,000
 * small pages a step (docs/performance.md, "Huge pages"). A user's own tunables stay as they are; other C libraries than glibc do not read them.
 */
export function trainerEnvironment(
  environment: Readonly<NodeJS.ProcessEnv>,
  platform: NodeJS.Platform,
): Readonly<NodeJS.ProcessEnv> {
  if (platform !== 'linux' || environment.GLIBC_TUNABLES !== undefined) return environment
  return { ...environment, GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1' }
}
