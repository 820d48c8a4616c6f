/** The lab on the terminal: what every screen stands in, and the shell around them. */
import { Box, Text, useApp } from 'ink'
import { Suspense, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { messageOf } from '../core/shared/errors.ts'
import { Boundary } from './components/Boundary.tsx'
import { Footer } from './components/Footer.tsx'
import { Header, Rule } from './components/Header.tsx'
import { Help, type HelpSection } from './components/Help.tsx'
import { Message } from './components/Message.tsx'
import { type Command, Palette } from './components/Palette.tsx'
import { truncated } from './format/padded.ts'
import { useEndedStudies } from './hooks/useEndedStudies.ts'
import { KeptContext } from './hooks/useKept.ts'
import { HoldKeys, TerminalKeys, useLiveActions } from './hooks/useKeyboard.ts'
import { useKeys } from './hooks/useKeys.ts'
import { useNavigation } from './hooks/useNavigation.ts'
import { OutputContext, useOutputLine } from './hooks/useOutput.tsx'
import { NO_PROBLEMS, ProblemsContext } from './hooks/useProblems.ts'
import { useStatus } from './hooks/useStatus.ts'
import { useSuspend } from './hooks/useSuspend.ts'
import { useWindow, WindowContext, type WindowSize } from './hooks/useWindow.ts'
import { Keyboard, KeyboardContext, type KeyHandlers } from './keyboard.ts'
import { keyWords } from './keymap.ts'
import { commandsOf, footerKeys, helpSections, placeCommands } from './keyWords.ts'
import { type Lab, LabContext, useLab } from './lab.ts'
import { Pictures } from './pictures/pictures.ts'
import { PicturesContext } from './pictures/usePictures.ts'
import { datasetNames, studyNames } from './queries/studies.ts'
import type { ScreenName, ScreenProps } from './screen.ts'
import { loadScreens, SCREENS, TABS } from './screens.ts'
import { statusWords } from './statusWords.ts'
import { ThemeContext } from './theme.ts'
import { PLAIN, THEMES, type ThemeName } from './themes.ts'

/** The smallest window that screens are drawn in. */
const LEAST = { columns: 60, rows: 18 }
/** With fewer, neighbours of viridis are one colour, and bold black on it is grey on many terminals. */
const COLOURS_OF_TINTS = 256
/** Header and footer with their rules. */
const SHELL_ROWS = 5

interface AppProps {
  readonly lab: Lab
  /** What is wrong with the user's own settings of the screens, a line each. */
  readonly problems?: readonly string[]
  /** False: no colours (`NO_COLOR`). */
  readonly colours?: boolean
  /** Left out: the terminal's own colours. */
  readonly theme?: ThemeName
  /** Left out: they are drawn as text. */
  readonly pictures?: Pictures
  /** Left out: the terminal's own size. */
  readonly window?: WindowSize
  /** Where it opens; left out: the Lab screen. */
  readonly first?: ScreenName
}

export function App({
  lab,
  problems = NO_PROBLEMS,
  colours = true,
  theme = 'terminal',
  window,
  first = 'lab',
  ...given
}: AppProps) {
  const [keyboard] = useState(() => new Keyboard())
  const [kept] = useState(() => new Map<string, unknown>())
  const [drawing] = useState(() => given.pictures ?? new Pictures({ colours: colours ? lab.colours : 1 }))
  useSyncExternalStore(drawing.watch, drawing.version)
  const pictures = drawing.way !== 'shades'
  const tinted = colours && lab.colours >= COLOURS_OF_TINTS
  const shown = useMemo(
    () => ({ ...(colours ? THEMES[theme] : PLAIN), colours: tinted, pictures }),
    [colours, theme, tinted, pictures],
  )
  return (
    <LabContext value={lab}>
      <ThemeContext value={shown}>
        <WindowContext value={window ?? null}>
          <PicturesContext value={drawing}>
            <KeyboardContext value={keyboard}>
              <KeptContext value={kept}>
                <ProblemsContext value={problems}>
                  <TerminalKeys />
                  <Shell first={first} />
                </ProblemsContext>
              </KeptContext>
            </KeyboardContext>
          </PicturesContext>
        </WindowContext>
      </ThemeContext>
    </LabContext>
  )
}

type Overlay =
  | { readonly kind: 'help'; readonly sections: readonly HelpSection[] }
  | { readonly kind: 'palette'; readonly commands: readonly Command[] }

/** Header, the screen one is at, footer; help or palette over the screen. Draws exactly the window. */
function Shell({ first }: { readonly first: ScreenName }) {
  const { columns, rows } = useWindow()
  const { exit } = useApp()
  const keyboard = useContext(KeyboardContext)
  const lab = useLab()
  const { place, go, back } = useNavigation(first)
  const suspend = useSuspend()
  const [overlay, setOverlay] = useState<Overlay | null>(null)
  const tooSmall = columns < LEAST.columns || rows < LEAST.rows
  useEndedStudies()
  const { output, line } = useOutputLine(columns)
  const close = (): void => setOverlay(null)
  const leave = (): void => exit()
  const elsewhere: KeyHandlers = Object.fromEntries(TABS.map(({ screen, action }) => [action, () => go(screen)]))
  const everywhere: KeyHandlers = {
    ...elsewhere,
    help: () => setOverlay({ kind: 'help', sections: helpSections(SCREENS[place.screen].context, keyboard.live()) }),
    palette: () => setOverlay({ kind: 'palette', commands: [...commandsOf(keyboard.live()), ...placesOf(lab, go)] }),
    back: back ?? undefined,
    suspend,
  }
  useKeys('global', tooSmall ? { leave } : { ...everywhere, leave })
  useEffect(() => {
    // Once the first frame is out.
    const timer = setTimeout(() => void loadScreens(), 100)
    return () => clearTimeout(timer)
  }, [])

  if (tooSmall) return <TooSmall columns={columns} rows={rows} />
  const { component: Screen } = SCREENS[place.screen]
  const size = { width: columns, height: rows - SHELL_ROWS }
  const name = `${place.screen} ${JSON.stringify(place.target)}`
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Top width={columns} screen={place.screen} />
      <Box flexDirection="column" {...size} overflow="hidden">
        <Box flexDirection="column" {...size} display={overlay === null ? 'flex' : 'none'}>
          <Boundary name={name} fallback={error => <Fault {...size} error={error} />}>
            <Suspense fallback={<HoldKeys />}>
              <OutputContext value={output}>
                <Screen key={name} {...size} active={overlay === null} target={place.target} go={go} />
              </OutputContext>
            </Suspense>
          </Boundary>
        </Box>
        {overlay?.kind === 'help' && <Help {...size} sections={overlay.sections} onClose={close} />}
        {overlay?.kind === 'palette' && <Palette {...size} commands={overlay.commands} onClose={close} />}
      </Box>
      {line ?? <Rule width={columns} />}
      <Bottom width={columns} />
    </Box>
  )
}

/** Studies and datasets, for the palette. */
function placesOf({ store }: Lab, go: ScreenProps['go']): Command[] {
  return store === null ? [] : placeCommands(studyNames(store), datasetNames(store), go)
}

function Top({ width, screen }: { readonly width: number; readonly screen: ScreenName }) {
  const { engine } = useLab()
  const status = useStatus()
  const here = SCREENS[screen].tab
  const tabs = TABS.map(({ title, action }) => ({ key: keyWords(action), title, current: action === here }))
  return (
    <Header
      width={width}
      name="MRI Lab"
      tabs={tabs}
      right={`${keyWords('help')} help`}
      status={statusWords(status, engine, width - 1)}
    />
  )
}

function Bottom({ width }: { readonly width: number }) {
  return <Footer width={width} {...footerKeys(useLiveActions())} />
}

function Fault({ width, height, error }: { readonly width: number; readonly height: number; readonly error: Error }) {
  return (
    <Message
      width={width}
      height={height}
      tone="failure"
      text={[messageOf(error), `The other screens go on. ${keyWords('back')} goes back; ${keyWords('leave')} leaves.`]}
    />
  )
}

function TooSmall({ columns, rows }: WindowSize) {
  const need = `${LEAST.columns}x${LEAST.rows}`
  const says = `The lab needs ${need}, this is ${columns}x${rows}. ${keyWords('leave')} leaves.`
  return <Text wrap="truncate">{truncated(says, columns)}</Text>
}
