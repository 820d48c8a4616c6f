/** Shares as bars. */
import { cleanup, render } from 'ink-testing-library'
import { afterEach, describe, expect, it } from 'vitest'
import { Bars, barText } from '../../src/ui/components/Bars.tsx'
import { linesOf } from './terminal.tsx'

afterEach(cleanup)

const drawn = (tree: Parameters<typeof render>[0]) => linesOf(render(tree).lastFrame() ?? '')

describe('bars', () => {
  it('are as long as their share, to an eighth', () => {
    expect([0, 0.001, 0.5, 0.53, 1, 2, Number.NaN].map(share => barText(share, 4))).toEqual([
      '',
      '▏',
      '██',
      '██▏',
      '████',
      '████',
      '',
    ])
  })

  it('mark the chosen one and escape names', () => {
    const bars = [
      { name: 'a\x1b[2J', share: 0.25, text: '0.250' },
      { name: 'b', share: 0.75, text: '0.750' },
    ]
    expect(drawn(<Bars width={24} bars={bars} chosen="b" />)).toMatchInlineSnapshot(`
      [
        "  a\\x1… ██▌        0.250",
        "▸ b     ███████▌   0.750",
      ]
    `)
  })
})
