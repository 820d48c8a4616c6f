/** What this machine can train with, and what is missing: what `doctor` says, asked anew by key. */
import { Box } from 'ink'
import { useContext } from 'react'
import { askDoctor, type DoctorReport } from '../asked/doctor.ts'
import { Blank } from '../components/Blank.tsx'
import { Lines } from '../components/Lines.tsx'
import { Row } from '../components/Row.tsx'
import { type DataColumn, Table } from '../components/Table.tsx'
import { formatBytes } from '../format/bytes.ts'
import { formatNumber } from '../format/number.ts'
import { wrapped } from '../format/wrapped.ts'
import { useAnswer } from '../hooks/useAnswer.ts'
import { useCursor } from '../hooks/useCursor.ts'
import { KeptContext, useKept } from '../hooks/useKept.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useOutput } from '../hooks/useOutput.tsx'
import { useWindow } from '../hooks/useWindow.ts'
import { useLab } from '../lab.ts'
import type { ScreenProps } from '../screen.ts'
import { textFile, writeText } from '../textFile.ts'
import { SYMBOLS, useTheme } from '../theme.ts'

const COLUMNS: readonly DataColumn[] = [
  { title: 'engine', width: 12 },
  { title: 'here', width: 5 },
  { title: 'ms a step', width: 9, align: 'right' },
  { title: 'device', width: 20, grow: true },
]

export function DoctorScreen({ width, height, active }: ScreenProps) {
  const lab = useLab()
  const { failure, warning } = useTheme()
  const window = useWindow()
  const kept = useContext(KeptContext)
  const [asked, setAsked] = useKept('doctor.asked', 0)
  const known = kept.get('doctor.report') as DoctorReport | undefined
  // What was found is kept: engines do not come and go while one looks at screens.
  const key = known === undefined || kept.get('doctor.of') !== asked ? `doctor ${asked}` : null
  const answer = useAnswer(key, async signal => {
    const report = await askDoctor(lab.ask, signal)
    kept.set('doctor.report', report)
    kept.set('doctor.of', asked)
    return report
  })
  const report = answer.value ?? known ?? null
  const engines = report?.engines ?? []
  const cursor = useCursor('doctor.engine', engines.length, engines.length)
  const engine = engines[cursor.at]
  const output = useOutput()
  useKeys(
    'doctor',
    {
      ...(engines.length > 1 ? cursor.handlers : {}),
      copy: engine && (() => output.copy(engineLines(engine, report?.default ?? null, 10_000).join(' '))),
      exportIt:
        report === null
          ? undefined
          : () =>
              output.write(textFile(process.cwd(), 'doctor', 'json'), path =>
                writeText(path, `${JSON.stringify(report, null, 2)}\n`),
              ),
      refresh: answer.waiting ? undefined : () => setAsked(before => before + 1),
    },
    { active },
  )
  const says = engine === undefined ? [] : engineLines(engine, report?.default ?? null, width)
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Row
        width={width}
        pieces={[
          { text: '  This machine', bold: true },
          `   ${report === null ? 'looking ...' : headWords(report)}`,
          { text: answer.waiting && report !== null ? '  looking again ...' : '', dim: true },
        ]}
      />
      {answer.error !== null && (
        <Row width={width} pieces={[{ text: `  ${SYMBOLS.failure} ${answer.error}`, color: failure }]} />
      )}
      <Blank />
      {engines.length > 0 && (
        <Table
          width={width}
          height={engines.length + 1}
          columns={COLUMNS}
          count={engines.length}
          row={at => engineRow(engines[at]!)}
          cursor={cursor.at}
        />
      )}
      <Blank />
      <Lines width={width} height={6} lines={says.map(line => [`  ${line}`])} />
      <Box flexGrow={1} />
      {lab.advice !== null &&
        wrapped(lab.advice, width - 6).map((line, i) => (
          <Row
            key={line}
            width={width}
            pieces={[{ text: i === 0 ? `  ${SYMBOLS.warning} ` : '    ', color: warning }, line]}
          />
        ))}
      <Row
        width={width}
        pieces={[{ text: `  terminal  ${window.columns} x ${window.rows}, ${colourWords(lab.colours)}`, dim: true }]}
      />
      <Row
        width={width}
        pieces={[{ text: `  database  ${report === null ? lab.database : databaseWords(report)}`, dim: true }]}
      />
    </Box>
  )
}

function headWords({ version, node, cpu }: DoctorReport): string {
  return `${cpu.model ?? 'processor not known'}, ${cpu.cores} cores · MRI Lab ${version} · Node ${node}`
}

function engineRow({ name, available, stepMilliseconds, device }: DoctorReport['engines'][number]) {
  return {
    key: name,
    cells: [name, available ? SYMBOLS.good : SYMBOLS.failure, formatNumber(stepMilliseconds), device ?? SYMBOLS.unknown],
    tone: available ? undefined : ('dim' as const),
  }
}

function engineLines({ name, reason }: DoctorReport['engines'][number], chosen: string | null, width: number): string[] {
  const words = reason ?? (name === chosen ? 'chosen by --engine auto' : 'ready')
  return wrapped(`${name}: ${words}`, width - 4)
}

function databaseWords({ database: { path, exists, bytes } }: DoctorReport): string {
  return `${path}${exists ? (bytes === null ? '' : `, ${formatBytes(bytes)}`) : ' (none yet)'}`
}

function colourWords(colours: number): string {
  if (colours <= 1) return 'without colours'
  return colours >= 1 << 24 ? 'true colour' : `${colours} colours`
}
