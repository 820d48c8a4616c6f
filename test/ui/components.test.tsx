import { cleanup, render } from 'ink-testing-library'
import { afterEach, describe, expect, it } from 'vitest'
import { Confirm } from '../../src/ui/components/Confirm.tsx'
import { Footer } from '../../src/ui/components/Footer.tsx'
import { FormField } from '../../src/ui/components/FormField.tsx'
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
      ' Enter open  m metric  q leave',
    ])
  })
})

describe('lines and messages', () => {
  it('say how much is below', () => {
    const lines = ['a', 'b', 'c', 'd'].map(text => [text])
    expect(drawn(<Lines width={20} height={3} lines={lines} />)).toEqual(['a', 'b', '  ↓ 2 more'])
    expect(drawn(<Lines width={20} height={3} lines={lines} top={1} />)).toEqual(['b', 'c', 'd'])
    const indented = lines.map(([text]) => ['  ', text!])
    expect(drawn(<Lines width={20} height={3} lines={indented} top={1} />)).toEqual(['↑ b', '  c', '  d'])
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
  it('ask on more lines where they may and one is too few', () => {
    const question = 'Make 24 images with a service that has its price, then start?'
    const confirm = { width: 40, question, onYes: () => {}, onNo: () => {} }
    expect(drawn(<Confirm {...confirm} lines={2} />)).toEqual([
      ' ! Make 24 images with a service that',
      '   has its price, then start?',
    ])
    expect(drawn(<Confirm {...confirm} width={60} lines={2} />)).toEqual([
      ' ! Make 24 images with a service that has its price, then',
      '   start?  y yes   n no',
    ])
    expect(drawn(<Confirm {...confirm} />)).toEqual([' ! Make 24 images with a service that h…'])
  })
})

describe('a field', () => {
  it('shows the part of the cursor, and in place of its note what is wrong', () => {
    const field = { width: 50, label: 'runs', parts: ['20', '3'], note: 'of each cell' }
    expect(drawn(<FormField {...field} cursor={null} problem={null} />)).toEqual(['  runs         20   3   of each cell'])
    expect(drawn(<FormField {...field} cursor={1} problem="too few" />)).toEqual(['▸ runs         20  ‹3›  ✕ too few'])
  })

  it('leaves out whole phrases of its note where there is no room', () => {
    const field = { label: 'data', parts: ['sample'], note: '32 images · simulated labels', cursor: null, problem: null }
    expect(drawn(<FormField {...field} width={60} />)).toEqual(['  data         sample   32 images · simulated labels'])
    expect(drawn(<FormField {...field} width={51} />)).toEqual(['  data         sample   32 images'])
  })

  it('shows the part of the cursor where not all have room', () => {
    const parts = ['[x] copies', '[ ] class weights', '[ ] oversampling', '[ ] equal steps']
    const field = { width: 44, label: 'controls', parts, note: '', problem: null }
    expect(drawn(<FormField {...field} cursor={0} />)).toEqual(['▸ controls    ‹[x] copies›  [ ] class weigh…'])
    expect(drawn(<FormField {...field} cursor={3} />)).toEqual(['▸ controls    …‹[ ] equal steps›'])
  })
})
