/** A list of rows under a header. */
import { cleanup, render } from 'ink-testing-library'
import { afterEach, describe, expect, it } from 'vitest'
import { laidOut, Table } from '../../src/ui/components/Table.tsx'
import { linesOf } from './terminal.tsx'

afterEach(cleanup)

const drawn = (tree: Parameters<typeof render>[0]) => linesOf(render(tree).lastFrame() ?? '')

describe('a table', () => {
  const columns = [
    { title: 'name', width: 5, grow: true },
    { title: 'loss', width: 6, align: 'right' as const },
    { title: 'engine', width: 9, drop: 1 },
  ]
  const row = (at: number) => ({ key: at, cells: [`run ${at}`, at === 3 ? '' : `0.${at}`, 'onnx-cpu'] })

  it('asks only for the rows in sight, marks the cursor and leaves no cell empty', () => {
    const asked: number[] = []
    const table = (
      <Table
        width={40}
        height={4}
        columns={columns}
        count={100_000}
        cursor={3}
        top={2}
        row={at => {
          asked.push(at)
          return row(at)
        }}
      />
    )
    expect(drawn(table)).toEqual([
      '    name                 loss  engine',
      '↑   run 2                 0.2  onnx-cpu',
      '  ▸ run 3                   ·  onnx-cpu',
      '↓   run 4                 0.4  onnx-cpu',
    ])
    expect(new Set(asked)).toEqual(new Set([2, 3, 4]))
  })

  it('says of one row alone that there are more above and below it', () => {
    const one = (top: number, count: number) =>
      drawn(<Table width={40} height={2} {...{ columns, row, top, count }} />)[1]?.slice(0, 5)
    expect([one(0, 1), one(0, 9), one(4, 9), one(8, 9)]).toEqual(['    r', '↓   r', '↕   r', '↑   r'])
  })

  it('drops columns in a narrow window and gives the rest to those that grow', () => {
    expect(laidOut(columns, 24)).toEqual([5, 6, 9])
    expect(laidOut(columns, 23)).toEqual([15, 6, 0])
    expect(laidOut(columns, 40)).toEqual([21, 6, 9])
  })

  it('shows what it is sorted by', () => {
    const [head] = drawn(
      <Table width={40} height={2} columns={columns} count={1} row={row} sort={{ column: 1, descending: true }} />,
    )
    expect(head).toContain('loss▼')
  })
})
