/**
 * The one key table. Help, footer and palette are drawn from it and every key press is looked up in it.
 *
 * To give a screen a key: add an action to `KEY_TABLE` with the contexts where it acts, and a handler of that name to the screen's
 * `useKeys`. An action whose screen has a handler *now* stands in the footer (where it has `short` words) and in the palette.
 */

/** Where keys act. A context includes others: their actions act there too. `typing`: what is no action's key there is text. */
export const CONTEXTS = {
  global: { title: 'Everywhere', includes: [], modal: false },
  list: { title: 'Lists and panes', includes: ['global'], modal: false },
  lab: { title: 'Lab', includes: ['list'], modal: false },
  compose: { title: 'Compose', includes: ['list'], modal: false },
  live: { title: 'Live', includes: ['list'], modal: false },
  tables: { title: 'Tables', includes: ['list'], modal: false },
  runs: { title: 'Runs', includes: ['list'], modal: false },
  runDetail: { title: 'One run', includes: ['list'], modal: false },
  gradcam: { title: 'Grad-CAM', includes: ['list'], modal: false },
  data: { title: 'Data', includes: ['list'], modal: false },
  bank: { title: 'Bank', includes: ['list'], modal: false },
  doctor: { title: 'Doctor', includes: ['list'], modal: false },
  help: { title: 'Help', includes: [], modal: true },
  palette: { title: 'Palette', includes: [], modal: true },
  confirm: { title: 'A question', includes: [], modal: true },
  input: { title: 'A line of text', includes: [], modal: true },
} as const satisfies Record<string, ContextEntry>

interface ContextEntry {
  readonly title: string
  /** Contexts whose actions act here as well. */
  readonly includes: readonly string[]
  /** While something listens in a modal context, nothing else gets keys. */
  readonly modal: boolean
}

export type Context = keyof typeof CONTEXTS

export interface ActionEntry {
  /**
   * Names as `keyPress.ts` gives them: `j`, `G`, `ctrl+p`, `enter`, `space`, `up` ... The first is the one that is shown. None:
   * the action is in the palette only.
   */
  readonly keys: readonly string[]
  readonly contexts: readonly Context[]
  /** For help and palette: what it does, beginning with a verb. */
  readonly says: string
  /** One or two words for the footer; left out: not there. */
  readonly short?: string
}

/** In the order of the footer, where what does not fit is left out from the end, and of the help. */
export const KEY_TABLE = {
  start: {
    keys: ['s'],
    contexts: ['lab', 'compose', 'bank'],
    says: 'start the study, or making the images',
    short: 'start',
  },
  removeScenario: { keys: ['d'], contexts: ['compose'], says: 'remove the scenario at the cursor', short: 'remove it' },
  addScenario: { keys: ['a'], contexts: ['compose'], says: 'add a scenario', short: 'add scenario' },
  preset: { keys: ['p'], contexts: ['compose'], says: 'fill the form from the next preset', short: 'preset' },
  fetchWeights: {
    keys: ['w'],
    contexts: ['compose'],
    says: 'fetch pre-trained weights of a model (asks first)',
    short: 'weights',
  },
  save: { keys: ['ctrl+s'], contexts: ['compose'], says: 'save the spec to a file', short: 'save' },
  openSpec: { keys: ['o'], contexts: ['compose'], says: 'open the spec of a file', short: 'file' },
  showSpec: { keys: ['v'], contexts: ['compose'], says: 'show the spec as JSON, or the form again', short: 'JSON' },
  addSample: { keys: ['d'], contexts: ['lab'], says: 'add the sample images that ship', short: 'add the sample' },
  addFolder: {
    keys: ['a'],
    contexts: ['lab'],
    says: 'add your own images: a folder with a folder for each class',
  },
  fetchData: { keys: ['f'], contexts: ['lab'], says: 'fetch the published dataset (asks first)' },
  howToInstall: { keys: ['i'], contexts: ['lab'], says: 'see which engines there are and how one is installed' },
  newStudy: { keys: ['n'], contexts: ['lab'], says: 'compose a new study', short: 'new study' },
  likeStudy: { keys: ['b'], contexts: ['lab'], says: 'compose a study like the one at the cursor' },
  showRuns: { keys: ['v'], contexts: ['lab'], says: "show the study's runs", short: 'runs' },
  pause: { keys: ['p'], contexts: ['lab', 'live'], says: 'pause the study after the runs in work', short: 'pause' },
  resume: { keys: ['r'], contexts: ['lab', 'live'], says: 'go on with the study', short: 'resume' },
  stop: { keys: ['x'], contexts: ['lab', 'live'], says: 'stop the study (asks first; it can be resumed)', short: 'stop' },
  retry: { keys: ['t'], contexts: ['live', 'runs', 'runDetail'], says: 'put failed runs back in the queue', short: 'retry' },
  log: { keys: ['o'], contexts: ['live'], says: 'show the log, or the chart again', short: 'log' },
  overlay: {
    keys: ['v'],
    contexts: ['live'],
    says: 'lay the marked runs over the curve, or take them off',
    short: 'overlay',
  },
  logScale: { keys: ['L'], contexts: ['live', 'runs'], says: 'draw losses on a logarithmic scale, or on an even one' },
  nextRun: { keys: [']'], contexts: ['live', 'gradcam'], says: 'show the next run', short: 'run' },
  previousRun: { keys: ['['], contexts: ['live', 'gradcam'], says: 'show the run before' },
  metric: { keys: ['m'], contexts: ['tables'], says: 'show the next metric', short: 'metric' },
  nextModel: { keys: ['n'], contexts: ['live', 'tables'], says: 'show the next model', short: 'model' },
  nextStudy: { keys: ['t'], contexts: ['tables'], says: 'show the next study', short: 'study' },
  on: { keys: ['v'], contexts: ['tables'], says: 'show validation or test images', short: 'test' },
  format: { keys: ['f'], contexts: ['tables'], says: 'export and copy in the next format', short: 'format' },
  nextImage: { keys: ['n'], contexts: ['gradcam', 'data'], says: 'show the next image', short: 'next image' },
  previousImage: { keys: ['b'], contexts: ['gradcam', 'data'], says: 'show the image before', short: 'before' },
  wrongFirst: { keys: ['w'], contexts: ['gradcam'], says: 'wrong predictions first, or in order', short: 'wrong first' },
  nextClass: { keys: ['c'], contexts: ['gradcam', 'data', 'bank'], says: 'show or explain the next class', short: 'class' },
  open: { keys: ['enter'], contexts: ['list'], says: 'open what the cursor is on', short: 'open' },
  explain: {
    keys: ['v'],
    contexts: ['runs', 'runDetail'],
    says: 'see with Grad-CAM what the model looks at',
    short: 'Grad-CAM',
  },
  filter: { keys: ['/'], contexts: ['list', 'help'], says: 'filter by what you type', short: 'filter' },
  sortNext: { keys: ['>'], contexts: ['runs'], says: 'sort by the next column', short: 'sort' },
  sortPrevious: { keys: ['<'], contexts: ['runs'], says: 'sort by the column before' },
  reverse: { keys: ['o'], contexts: ['runs'], says: 'turn the order round', short: 'order' },
  mark: { keys: ['space'], contexts: ['list'], says: 'mark what the cursor is on', short: 'mark' },
  compare: { keys: ['c'], contexts: ['runs'], says: 'compare the marked runs side by side', short: 'compare' },
  pin: { keys: ['*'], contexts: ['runs', 'runDetail'], says: 'pin the run to the top of lists, or unpin it', short: 'pin' },
  tag: { keys: ['#'], contexts: ['runs', 'runDetail'], says: 'give the run, or the marked ones, tags', short: 'tag' },
  note: { keys: ['n'], contexts: ['runs', 'runDetail'], says: 'write a note on the run', short: 'note' },
  remove: { keys: ['D'], contexts: ['runs', 'runDetail'], says: 'delete the run, or the marked ones (asks first)' },
  unmark: { keys: ['u'], contexts: ['runs', 'live'], says: 'take all marks away' },
  showSpecOf: { keys: ['s'], contexts: ['runDetail'], says: "show the study's spec", short: 'spec' },
  provenance: { keys: ['p'], contexts: ['runDetail'], says: 'show where the numbers come from', short: 'provenance' },
  nextDataset: { keys: ['t'], contexts: ['data', 'bank'], says: 'show the next dataset', short: 'dataset' },
  audit: { keys: ['a'], contexts: ['data'], says: 'audit the dataset: leaks, copies, labels at odds', short: 'audit' },
  measure: { keys: ['f'], contexts: ['bank'], says: 'measure how good the images are', short: 'fidelity' },
  consent: { keys: ['a'], contexts: ['bank'], says: 'agree that images go to the service (asks first)', short: 'consent' },
  refresh: { keys: ['r'], contexts: ['doctor'], says: 'look again', short: 'look again' },
  drawAnew: { keys: ['d'], contexts: ['data'], says: 'draw a policy anew', short: 'draw anew' },
  nextLayer: { keys: ['o'], contexts: ['gradcam'], says: 'look at the next layer', short: 'layer' },
  nextPane: { keys: ['tab'], contexts: ['list'], says: 'go to the next pane or field', short: 'pane' },
  more: {
    keys: ['+', '='],
    contexts: ['gradcam', 'compose', 'data', 'live'],
    says: 'more: opacity, magnitude, smoothing, or the value at the cursor',
    short: 'more',
  },
  less: {
    keys: ['-'],
    contexts: ['gradcam', 'compose', 'data', 'live'],
    says: 'less: opacity, magnitude, smoothing, or the value at the cursor',
    short: 'less',
  },
  exportIt: { keys: ['e'], contexts: ['list'], says: 'export to a file (asks first)', short: 'export' },
  copy: {
    keys: ['y'],
    contexts: ['list'],
    says: 'copy what the cursor is on to the clipboard of where you sit',
    short: 'copy',
  },

  up: { keys: ['up', 'k'], contexts: ['list', 'help', 'palette'], says: 'go up' },
  down: { keys: ['down', 'j'], contexts: ['list', 'help', 'palette'], says: 'go down' },
  left: { keys: ['left', 'h'], contexts: ['list'], says: 'go left, or less' },
  right: { keys: ['right', 'l'], contexts: ['list'], says: 'go right, or more' },
  pageUp: { keys: ['pageup', 'ctrl+b'], contexts: ['list', 'help'], says: 'go up a page' },
  pageDown: { keys: ['pagedown', 'ctrl+f'], contexts: ['list', 'help'], says: 'go down a page' },
  first: { keys: ['g', 'home'], contexts: ['list', 'help'], says: 'go to the first' },
  last: { keys: ['G', 'end'], contexts: ['list', 'help'], says: 'go to the last' },
  previousPane: { keys: ['shift+tab'], contexts: ['list'], says: 'go to the pane or field before' },

  goLab: { keys: ['1'], contexts: ['global'], says: 'go to Lab: studies and what to do next' },
  goCompose: { keys: ['2'], contexts: ['global'], says: 'go to Compose: make a study' },
  goLive: { keys: ['3'], contexts: ['global'], says: 'go to Live: what trains now' },
  goTables: { keys: ['4'], contexts: ['global'], says: 'go to Tables: medians of the runs' },
  goRuns: { keys: ['5'], contexts: ['global'], says: 'go to Runs: every run, and one in detail' },
  goGradcam: { keys: ['6'], contexts: ['global'], says: 'go to Grad-CAM: what a model looks at' },
  goData: { keys: ['7'], contexts: ['global'], says: 'go to Data: images, audit, augmentation' },
  goBank: { keys: ['8'], contexts: ['global'], says: 'go to Bank: synthetic images' },
  goDoctor: { keys: ['9'], contexts: ['global'], says: 'go to Doctor: what this machine can train with' },
  back: { keys: ['escape'], contexts: ['global'], says: 'go back where you were' },
  palette: { keys: [':', 'ctrl+p'], contexts: ['global'], says: 'find a command by its words', short: 'command' },
  help: { keys: ['?'], contexts: ['global'], says: 'show what the keys do', short: 'help' },
  suspend: { keys: ['ctrl+z'], contexts: ['global'], says: "put the lab aside until the shell's fg" },
  leave: { keys: ['q', 'ctrl+c'], contexts: ['global'], says: 'leave the lab (studies go on)', short: 'leave' },

  doIt: { keys: ['enter'], contexts: ['help'], says: 'do what the cursor is on', short: 'do it' },
  close: { keys: ['escape', '?', 'q', 'ctrl+c'], contexts: ['help'], says: 'close the help', short: 'close' },
  yes: { keys: ['y'], contexts: ['confirm'], says: 'yes, do it', short: 'yes' },
  no: { keys: ['n', 'escape', 'q', 'ctrl+c'], contexts: ['confirm'], says: 'no, leave it', short: 'no' },
  submit: { keys: ['enter'], contexts: ['input', 'palette'], says: 'take it', short: 'take' },
  cancel: { keys: ['escape', 'ctrl+c'], contexts: ['input', 'palette'], says: 'give it up', short: 'give up' },
  erase: { keys: ['backspace', 'ctrl+h'], contexts: ['input', 'palette'], says: 'erase a character' },
  complete: { keys: ['tab'], contexts: ['input'], says: 'take the word that is offered' },
  clear: { keys: ['ctrl+u'], contexts: ['input', 'palette'], says: 'erase the line' },
} as const satisfies Record<string, ActionEntry>

export type Action = keyof typeof KEY_TABLE
