/** Types of the tfjs bundle that scripts/build.mjs makes: tfjs-core with every gradient, chained ops and the CPU backend. */
export * from '@tensorflow/tfjs-core'
