import type { Policy } from './policy.ts'

/** The image as it is. */
export const none: Policy = { name: 'none', subPolicies: [], draw: () => [] }
