/** Under the form: what the study takes and promises, then what is asked, typed, wrong or done. */
import { Confirm } from '../components/Confirm.tsx'
import { Row } from '../components/Row.tsx'
import { TextInput } from '../components/TextInput.tsx'
import { wrapped } from '../format/wrapped.ts'
import { SYMBOLS, useTheme } from '../theme.ts'
import type { ComposeForm } from './composeForm.ts'
import { promiseWords, workWords } from './composeWords.ts'

/** A line that is being typed. */
export interface Typed {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly onSubmit: () => void
  readonly onCancel: () => void
}

/** A question with what a yes does. */
export interface Question {
  readonly text: string
  readonly onYes: () => void
}

interface ComposeFootProps {
  readonly width: number
  readonly form: ComposeForm
  readonly busy: string | null
  readonly error: string | null
  readonly said: string | null
  readonly typed: Typed | null
  readonly question: Question | null
  readonly onAnswered: () => void
}

/** Lines that it takes, one apart from the form among them. */
export const FOOT_LINES = 4
const LEAD = '  '
/** Lines of what is asked, wrong or done: the second stands where the foot is apart from the form. */
const MOST_STATE = 2

export function ComposeFoot({ width, form, busy, error, said, typed, question, onAnswered }: ComposeFootProps) {
  const { failure, good, warning } = useTheme()
  const { preview, bank, problem } = form
  const words = promiseWords(preview, bank, width - LEAD.length)
  const at = words.includes(SYMBOLS.warning) ? words.indexOf(SYMBOLS.warning) : words.length
  const [promises, sign, against] = [words.slice(0, at), words.slice(at, at + 1), words.slice(at + 1)]
  const state =
    busy !== null
      ? { text: `${SYMBOLS.spinner[0]} ${busy} ...` }
      : error !== null
        ? { text: `${SYMBOLS.failure} ${error}`, color: failure }
        : said !== null
          ? { text: `${SYMBOLS.good} ${said}`, color: good }
          : { text: problem === null ? '' : `${SYMBOLS.failure} ${problem.field}: ${problem.says}`, color: failure }
  const says = state.text === '' ? [' '] : wrapped(state.text, width - 4).slice(0, MOST_STATE)
  return (
    <>
      <Row width={width} pieces={[{ text: `${LEAD}${workWords(preview, width - LEAD.length)}`, bold: true }]} />
      <Row width={width} pieces={[LEAD, promises, { text: sign, color: warning }, against]} />
      {typed !== null ? (
        <TextInput {...typed} width={width} hint="Enter takes it, Esc gives it up" />
      ) : question !== null ? (
        <Confirm
          width={width}
          lines={MOST_STATE}
          question={question.text}
          onNo={onAnswered}
          onYes={() => {
            onAnswered()
            question.onYes()
          }}
        />
      ) : (
        says.map((text, i) => (
          <Row key={text} width={width} pieces={[{ ...state, text: `${i === 0 ? LEAD : '    '}${text}` }]} />
        ))
      )}
    </>
  )
}
