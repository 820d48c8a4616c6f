import { createContext, useContext } from 'react'

export const NO_PROBLEMS: readonly string[] = []

export const ProblemsContext = createContext(NO_PROBLEMS)

/** What is wrong with the user's own settings of the screens, a line each. */
export function useProblems(): readonly string[] {
  return useContext(ProblemsContext)
}
