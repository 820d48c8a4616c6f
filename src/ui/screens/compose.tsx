import { Text } from 'ink'
import type { ScreenProps } from '../screen.ts'

export function Compose({ width }: ScreenProps) {
  return <Text wrap="truncate">{' '.repeat(Math.min(2, width))}Compose</Text>
}
