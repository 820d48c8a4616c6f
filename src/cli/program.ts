/** The program: commands made into a parser, a command line run, its end made into an exit code. */
import { readFileSync } from 'node:fs'
import { Command, CommanderError, Option } from 'commander'
import { LabError, reasonOf } from '../core/shared/errors.ts'
import { endProcess } from '../runner/endProcess.ts'
import { type CommandDefinition, flagOf } from './command.ts'
import { COMMANDS, GROUPS } from './commands/index.ts'
import { LATER_COMMANDS } from './commands/later.ts'
import { describeError, EXIT_CODES, exitCodeOf, laterRelease } from './errors.ts'
import { type Interrupt, listenForInterrupt } from './interrupt.ts'
import { createOutput, type Output } from './output.ts'
import type { GlobalFlags } from './settings.ts'

const packageFile = new URL('../../package.json', import.meta.url)
const VERSION = (JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }).version

/** Runs one command line and ends the process with its exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  const output: Output = createOutput(process.stdout, process.stderr, () => interrupt.stop('the reader of stdout has gone'))
  const interrupt = listenForInterrupt(output.note)
  let code = 0
  try {
    await parse(argv, output, interrupt)
  } catch (thrown) {
    code = report(thrown, argv, output)
  }
  if (output.closed && (code === 0 || code === EXIT_CODES.interrupted)) code = 0
  await output.flush()
  if (output.failure !== null && code === 0) {
    const unwritten = new LabError('failed', `the result cannot be written: ${reasonOf(output.failure)}`)
    output.note(describeError(unwritten, false))
    code = EXIT_CODES.failed
    await output.flush()
  }
  endProcess(code)
}

async function parse(argv: readonly string[], output: Output, interrupt: Interrupt): Promise<void> {
  const onTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true
  const words = onTerminal && namesNothing(argv) ? ['lab', ...argv] : argv
  await buildProgram(output, interrupt).parseAsync(words, { from: 'user' })
}

/** Whether a command line holds nothing but settings: then it opens the lab. */
function namesNothing(argv: readonly string[]): boolean {
  const takingValues = globalOptions().filter(option => option.required)
  return argv.every((word, i) => {
    if (word === '--help' || word === '--version') return false
    return word.startsWith('-') || takingValues.some(option => option.long === argv[i - 1])
  })
}

/** Says what went wrong, unless it is help that commander has printed already. */
function report(thrown: unknown, argv: readonly string[], output: Output): number {
  if (!(thrown instanceof CommanderError)) {
    if (!(output.closed && exitCodeOf(thrown) === EXIT_CODES.interrupted)) {
      output.note(describeError(thrown, argv.includes('--verbose')))
    }
    return exitCodeOf(thrown)
  }
  if (thrown.exitCode === 0) return 0
  if (thrown.code === 'commander.help') return EXIT_CODES.usage
  const words = thrown.message
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\.$/, '')
  output.note(
    describeError(new LabError('usage', `${words}${/[?)]$/.test(words) ? '' : ';'} see '${helpFor(argv)}'`), false),
  )
  return EXIT_CODES.usage
}

/** The help that covers a command line. */
function helpFor(argv: readonly string[]): string {
  const words = argv.filter(word => !word.startsWith('-'))
  const known = [...COMMANDS.map(command => command.name), ...Object.keys(GROUPS)]
  const best = [words.slice(0, 2).join(' '), words[0] ?? ''].find(name => known.includes(name))
  return best === undefined ? 'mri-lab help' : `mri-lab help ${best}`
}

function buildProgram(output: Output, interrupt: Interrupt): Command {
  const program: Command = new Command('mri-lab')
    .description('Does adding synthetic images to a small training set help? Research software. Not for diagnosis.')
    .version(VERSION, '--version', 'print the version')
    .helpOption('--help', 'print help')
    .helpCommand(false)
    .usage('[options] <command>')
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: words => output.result(words.trimEnd()),
      writeErr: words => output.note(words.trimEnd()),
      outputError: () => {},
    })
    .configureHelp({
      showGlobalOptions: true,
      subcommandTerm: command => termOf(command),
      // Of the program, not of the command above: 'runs show' has none of the filters of 'runs'.
      visibleGlobalOptions: command => (command.parent === null ? [] : program.options.filter(option => !option.hidden)),
    })
  for (const option of globalOptions()) program.addOption(option)

  const groups = new Map<string, Command>()
  /** The commander command for `data add`, under its group's. */
  const place = (name: string, hidden: boolean): Command => {
    const [first = '', second] = name.split(' ')
    if (second === undefined) {
      const own = program.command(first, { hidden })
      groups.set(first, own)
      return own
    }
    let group = groups.get(first)
    if (group === undefined) {
      group = program
        .command(first)
        .description(GROUPS[first] ?? '')
        .helpCommand(false)
      groups.set(first, group)
    }
    return group.command(second, { hidden })
  }
  for (const definition of COMMANDS) {
    describe(place(definition.name, false).helpCommand(false), definition).action(async (...given: unknown[]) => {
      await invoke(definition, given, program.opts<GlobalFlags>(), output, interrupt)
    })
  }
  for (const name of LATER_COMMANDS) {
    const refused = place(name, true).helpOption(false).helpCommand(false).argument('[anything...]').allowUnknownOption()
    refused.action(() => {
      throw laterRelease(`'${name}'`)
    })
  }
  program
    .command('help')
    .description('what a command does, with its options and examples')
    .argument('[COMMAND...]', "a command's name: run, data add")
    .action(async (names: string[]) => {
      await parse(helpWords(program, names), output, interrupt)
    })
  program.addHelpText(
    'after',
    `\nSettings also come from MRI_LAB_DB, MRI_LAB_ENGINE, MRI_LAB_THREADS, NO_COLOR and mri-lab.config.json.`,
  )
  return program
}

/** The command line that prints the help asked for; for a name that is no command, the one whose refusal says so. */
function helpWords(program: Command, names: readonly string[]): string[] {
  let at = program
  for (const [i, name] of names.entries()) {
    const next = at.commands.find(command => command.name() === name)
    const isGroup = at === program || GROUPS[at.name()] !== undefined
    if (next === undefined) return isGroup ? names.slice(0, i + 1) : [...names.slice(0, i), '--help']
    at = next
  }
  return [...names, '--help']
}

function globalOptions(): Option[] {
  return [
    new Option('--db <PATH>', 'the database (default: ./lab.db)'),
    new Option(
      '--engine <NAME>',
      'what trains: auto, onnx-cpu, onnx-webgpu, onnx-cuda, tensorflow, reference (default: auto)',
    ),
    new Option('--threads <N>', 'threads of each worker'),
    new Option('--workers <N>', 'training threads of a trainer'),
    new Option('--json', 'results as JSON on stdout'),
    new Option('--quiet', 'no progress and no remarks'),
    new Option('--verbose', 'more about errors: stack and causes'),
    new Option('--yes', 'answer yes to what would be asked'),
    new Option('--no-color', 'no colours'),
  ]
}

/** Gives a commander command the words, arguments, options and examples of its definition. */
function describe(command: Command, definition: CommandDefinition): Command {
  command.summary(definition.summary).description(definition.description ?? `${sentence(definition.summary)}`)
  for (const argument of Object.values(definition.arguments)) {
    const dots = argument.variadic ? '...' : ''
    command.argument(argument.required ? `<${argument.name}${dots}>` : `[${argument.name}${dots}]`, argument.summary)
  }
  for (const [key, option] of Object.entries(definition.options)) {
    const flag = flagOf(key)
    const made = new Option(option.placeholder === null ? flag : `${flag} <${option.placeholder}>`, option.summary)
    command.addOption(made.hideHelp(option.hidden === true))
    if (option.negatable) command.addOption(new Option(flag.replace('--', '--no-'), `not: ${option.summary}`).hideHelp())
  }
  const examples = definition.examples.map(example => `  ${example.says}:\n    ${example.line}`)
  return command.addHelpText('after', `\nExamples:\n${examples.join('\n')}`)
}

async function invoke(
  definition: CommandDefinition,
  given: readonly unknown[],
  flags: GlobalFlags,
  output: Output,
  interrupt: Interrupt,
): Promise<void> {
  const raw = given.at(-2) as Readonly<Record<string, unknown>>
  const options: Record<string, unknown> = {}
  for (const [key, option] of Object.entries(definition.options)) {
    const value = raw[key]
    options[key] = value === undefined ? undefined : option.parse(String(value), flagOf(key))
  }
  const args: Record<string, unknown> = {}
  for (const [i, [key, argument]] of Object.entries(definition.arguments).entries()) {
    const words = given[i]
    args[key] = argument.parse(words === undefined ? [] : [words].flat().map(String), argument.name)
  }
  const [{ loadSettings }, { createContext }] = await Promise.all([import('./loadSettings.ts'), import('./context.ts')])
  const settings = loadSettings(flags)
  if (definition.onInterrupt !== undefined) interrupt.notice = definition.onInterrupt
  await definition.action(createContext(VERSION, settings, output, interrupt.signal), args, options)
}

function termOf(command: Command): string {
  const words = command.registeredArguments.map(one => {
    const name = `${one.name()}${one.variadic ? '...' : ''}`
    return one.required ? name : `[${name}]`
  })
  return [command.name(), ...(command.commands.length > 0 ? ['...'] : []), ...words].join(' ')
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`
}
