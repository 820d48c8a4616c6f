/** The commands of the contract that this release has not: each exits 2 and says so. */
export const LATER_COMMANDS: readonly string[] = ['submit', 'work', 'merge']
