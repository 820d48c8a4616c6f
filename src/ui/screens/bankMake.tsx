/** Planning and making synthetic images: of which classes, how many, for how many runs; what it takes, and who agrees. */
import { Box } from 'ink'
import { useState } from 'react'
import { type BankPart, parsePlan } from '../asked/bankPlan.ts'
import { Confirm } from '../components/Confirm.tsx'
import { FormField } from '../components/FormField.tsx'
import { Lines } from '../components/Lines.tsx'
import { Message } from '../components/Message.tsx'
import { Row } from '../components/Row.tsx'
import { formatDuration } from '../format/duration.ts'
import { wrapped } from '../format/wrapped.ts'
import { useAnswer } from '../hooks/useAnswer.ts'
import { useCursor } from '../hooks/useCursor.ts'
import { useKept } from '../hooks/useKept.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useTask } from '../hooks/useTask.ts'
import { keyWords } from '../keymap.ts'
import { useLab } from '../lab.ts'
import { SYMBOLS, useTheme } from '../theme.ts'
import { FIRST_ORDER, type Order, orderFields, orderWords } from './bankOrder.ts'
import type { BankViewProps } from './bankViews.ts'

/** Milliseconds that an order stands before it is planned. */
const PATIENCE = 400

interface Question {
  readonly text: string
  readonly work: string
  readonly words: readonly string[]
}

export function MakeView({ width, height, active, dataset, shelf }: BankViewProps) {
  const lab = useLab()
  const { failure, good } = useTheme()
  const { busy, error, begin } = useTask()
  const [order, setOrder] = useKept<Order>('bank.order', FIRST_ORDER)
  const [part, setPart] = useState(0)
  const [asking, setAsking] = useState<Question | null>(null)
  const [made, setMade] = useState(0)
  const fields = orderFields(order, dataset.classes, setOrder)
  const cursor = useCursor('bank.make', fields.length, fields.length)
  const field = fields[cursor.at]!
  const at = Math.min(part, field.parts.length - 1)
  const here = field.parts[at]
  const words = orderWords(order, dataset, shelf.generator)
  const can = shelf.facts !== null && words !== null
  const key = can ? JSON.stringify([words, made]) : null
  const plan = useAnswer(
    key,
    async signal => parsePlan(await lab.ask(['synth', 'plan', ...words!], { signal })).generators[0] ?? null,
    PATIENCE,
  )
  const { value } = plan
  const free = value !== null && !plan.waiting && busy === null
  const agreed = value?.service == null || value.service.consent
  const run = ({ work, words: all }: Question): void =>
    begin(work, async say => {
      await lab.ask(all, { onNote: say })
      setMade(before => before + 1)
    })
  const ask = (question: Question) => () => setAsking(question)
  const price =
    value === null || value.price === 0 ? 'free' : `up to ${value.price.toFixed(2)} USD, ${value.service?.host ?? ''}`
  const toPart = (by: number) => () => setPart((at + by + field.parts.length) % field.parts.length)
  const several = field.parts.length > 1
  useKeys(
    'bank',
    {
      ...cursor.handlers,
      left: here?.step ? () => here.step?.(-1) : several ? toPart(-1) : undefined,
      right: here?.step ? () => here.step?.(1) : several ? toPart(1) : undefined,
      mark: here?.toggle,
      open: here?.toggle,
      start:
        free && agreed && value.missing > 0
          ? ask({
              text: `Make ${value.missing} images with ${shelf.generator} (${price})?`,
              work: `Making ${value.missing} images`,
              words: ['synth', 'run', '--yes', ...words!],
            })
          : undefined,
      consent:
        free && !agreed
          ? ask({
              text: `May images of ${dataset.name} be sent to ${value.service?.host}?`,
              work: 'Recording consent',
              words: ['synth', 'consent', '--yes', '--dataset', dataset.name, '--generator', shelf.generator],
            })
          : undefined,
    },
    { active: active && asking === null },
  )
  if (shelf.facts === null) {
    const text = [
      `Images of ${shelf.generator} are imported: 'mri-lab synth import DIR --generator-name ${shelf.generator}'.`,
    ]
    return <Message width={width} height={height} text={text} />
  }
  const lines = value === null ? [] : planLines(value, width)
  const state =
    busy !== null
      ? { text: `  ${SYMBOLS.spinner[0]} ${busy}` }
      : (error ?? plan.error) !== null
        ? { text: `  ${SYMBOLS.failure} ${error ?? plan.error}`, color: failure }
        : {
            text: plan.waiting ? '  counting ...' : made > 0 ? `  ${SYMBOLS.good} done` : ' ',
            color: made > 0 ? good : undefined,
          }
  return (
    <>
      <FormField
        width={width}
        label="generator"
        parts={[shelf.generator]}
        cursor={null}
        note={shelf.facts.summary}
        problem={null}
      />
      {fields.map(({ label, parts, note }, i) => (
        <FormField
          key={label}
          {...{ width, label, note }}
          parts={parts.map(one => one.text)}
          cursor={i === cursor.at ? at : null}
          problem={null}
        />
      ))}
      <Box flexDirection="column" marginTop={1}>
        <Lines width={width} height={Math.max(0, height - fields.length - 4)} lines={lines.map(text => [`  ${text}`])} />
      </Box>
      <Box flexGrow={1} />
      {asking === null ? (
        <Row width={width} pieces={[state]} />
      ) : (
        <Confirm
          width={width}
          lines={2}
          question={asking.text}
          onNo={() => setAsking(null)}
          onYes={() => {
            setAsking(null)
            run(asking)
          }}
        />
      )}
    </>
  )
}

function planLines(plan: BankPart, width: number): string[] {
  const { images, present, missing, classes, price, requests, seconds, leaves, service } = plan
  const byClass = classes.map(one => `${one.name} ${one.missing}`).join(', ')
  const time = seconds === null ? 'time not known' : missing === 0 ? 'no time' : `about ${formatDuration(seconds)}`
  const money =
    price === 0 ? 'free' : `${requests} requests, up to ${price.toFixed(2)} USD by the prices of ${service?.prices}`
  const consent =
    service === null
      ? []
      : [
          `sent to ${service.host}: ${service.sends}`,
          service.consent
            ? `${SYMBOLS.good} consent is given`
            : `${SYMBOLS.warning} nobody agreed yet that images go there: ${keyWords('consent')} asks you. A service may keep what it is sent.`,
        ]
  const text = [
    `${images} images are wanted: ${present} are in the bank, ${missing} are to make`,
    ...(missing > 0 ? [`to make: ${byClass}`] : []),
    `${money} · ${time} · ${leaves ?? ''}`,
    ...consent,
    ...(missing > 0 && (service?.consent ?? true) ? [`${keyWords('start')} makes them, after asking`] : []),
  ]
  return text.flatMap(line => wrapped(line, width - 4))
}
