/** LaTeX that compiles with pdflatex and booktabs, whatever names hold. */

const COMMANDS: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': "''",
  '·': '--',
  '→': '$\\rightarrow$',
}

/** Text in which nothing is a command. A character beyond Latin, which pdflatex may not know, is named by its code point: `[U+4E2D]`. */
export function latexText(words: string): string {
  return Array.from(words, character => {
    const command = COMMANDS[character]
    if (command !== undefined) return command
    const code = character.codePointAt(0)!
    if ((code >= 0x20 && code < 0x7f) || LATIN.test(character)) return character
    return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`
  }).join('')
}

/** Letters of Latin 1 that LaTeX's fonts have, without its signs. */
const LATIN = /^[À-ÖØ-öø-ÿ]$/

/** A number as it is written, with a minus sign of mathematics. */
export function latexNumber(text: string): string {
  return latexText(text).replaceAll(/(^|[\s[(])-(?=[\d.])/g, '$1$-$')
}

/** A table with its caption and the notes under it. `columns` as tabular takes them; cells are LaTeX already. */
export function latexTable(
  caption: string,
  columns: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
  notes: readonly string[],
): string {
  // A bracket or star at a row's start would belong to the \\ or rule before it.
  const line = (cells: readonly string[]): string => `    ${cells.join(' & ').replace(/^(?=[[*])/, '{}')} \\\\`
  return [
    '\\begin{table}[htbp]',
    '  \\centering\\small',
    `  \\caption{${latexText(caption)}}`,
    `  \\begin{tabular}{${columns}}`,
    '    \\toprule',
    line(header),
    '    \\midrule',
    ...rows.map(line),
    '    \\bottomrule',
    '  \\end{tabular}',
    '  \\par\\medskip',
    ...notes.map(note => `  {\\footnotesize ${latexText(note)}\\par}`),
    '\\end{table}',
  ].join('\n')
}
