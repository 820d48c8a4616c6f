import { cleanup, render } from 'ink-testing-library'
import { afterEach, describe, expect, it } from 'vitest'
import { Confirm } from '../../src/ui/components/Confirm.tsx'
import { DataTable, laidOut } from '../../src/ui/components/DataTable.tsx'
import { Footer } from '../../src/ui/components/Footer.tsx'
import { Header } from '../../src/ui/components/Header.tsx'
import { Lines } from '../../src/ui/components/Lines.tsx'
import { Message } from '../../src/ui/components/Message.tsx'
import { Row } from '../../src/ui/components/Row.tsx'
import { linesOf } from './terminal.tsx'

afterEach(cleanup)

const drawn = (tree: Parameters<typeof render>[0]) => linesOf(render(tree).lastFrame() ?? '')

describe('a row', () => {
  it('is cut at its width and shows control characters', () => {
    expect(drawn(<Row width={12} pieces={['a\x1b[2J', { text: 'bcdefgh', bold: true }]} />)).toEqual(['a\\x1b[2Jbcd…'])
  })
})

describe('the header', () => {
  const tabs = [
    { key: '1', title: 'Lab', current: true },
    { key: '2', title: 'Runs', current: false },
  ]
  it('marks where one is, without colour too', () => {
    expect(drawn(<Header width={40} name="MRI Lab" tabs={tabs} right="? help" status="no study running" />)).toEqual([
      ' MRI Lab [1 Lab] 2 Runs          ? help',
      ' no study running',
      ` ${'─'.repeat(38)}`,
    ])
  })
  it('leaves out the name, then the help, before the tabs', () => {
    expect(drawn(<Header width={18} name="MRI Lab" tabs={tabs} right="? help" status="" />)[0]).toBe(' [1 Lab] 2 Runs')
  })
})

describe('the footer', () => {
  it('leaves out what does not fit, never the way out', () => {
    const keys = [
      { key: 'Enter', word: 'open' },
      { key: 's', word: 'start the study now' },
      { key: 'm', word: 'metric' },
    ]
    expect(drawn(<Footer width={40} keys={keys} always={[{ key: 'q', word: 'leave' }]} />)).toEqual([
      ' Enter open   m metric   q leave',
    ])
  })
})

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
      <DataTable
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
      '    run 2                 0.2  onnx-cpu',
      '  ▸ run 3                   ·  onnx-cpu',
      '    run 4                 0.4  onnx-cpu',
    ])
    expect(new Set(asked)).toEqual(new Set([2, 3, 4]))
  })

  it('drops columns in a narrow window and gives the rest to those that grow', () => {
    expect(laidOut(columns, 24)).toEqual([5, 6, 9])
    expect(laidOut(columns, 23)).toEqual([15, 6, 0])
    expect(laidOut(columns, 40)).toEqual([21, 6, 9])
  })

  it('shows what it is sorted by', () => {
    const [head] = drawn(
      <DataTable width={40} height={2} columns={columns} count={1} row={row} sort={{ column: 1, descending: true }} />,
    )
    expect(head).toContain('loss▼')
  })
})

describe('lines and messages', () => {
  it('say how much is below', () => {
    const lines = ['a', 'b', 'c', 'd'].map(text => [text])
    expect(drawn(<Lines width={20} height={3} lines={lines} />)).toEqual(['a', 'b', '  ↓ 2 more'])
    expect(drawn(<Lines width={20} height={3} lines={lines} top={1} />)).toEqual(['b', 'c', 'd'])
  })
  it('wrap, with the symbol first', () => {
    expect(drawn(<Message width={20} height={5} tone="failure" text={['one two three four', 'five']} />)).toEqual([
      '  ✕ one two three',
      '    four',
      '    five',
    ])
  })
  it('ask', () => {
    expect(drawn(<Confirm width={60} question="Stop it?" onYes={() => {}} onNo={() => {}} />)).toEqual([
      ' ! Stop it?  y yes   n no',
    ])
  })
})
