import { Text } from 'ink'

/** The line between two panes, one column wide. */
export function VerticalRule({ height }: { readonly height: number }) {
  return <Text dimColor>{Array.from({ length: Math.max(1, height) }, () => '│').join('\n')}</Text>
}
