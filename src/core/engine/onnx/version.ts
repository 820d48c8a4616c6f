/** Raised with every change of passes or lowerings that can change a number: part of every run's key. */
export const LOWERING_VERSION = '3'
