import { Text } from 'ink'

/** An empty line. */
export function Blank() {
  return <Text> </Text>
}
