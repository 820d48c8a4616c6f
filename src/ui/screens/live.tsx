import { Text } from 'ink'
import type { ScreenProps } from '../screen.ts'

export function Live({ width }: ScreenProps) {
  return <Text wrap="truncate">{' '.repeat(Math.min(2, width))}Live</Text>
}
