/** A study as one HTML document that needs no other file and no network. */
import type { ReportContent } from './content.ts'
import { contrastSection } from './contrastSection.ts'
import { dataSection } from './dataSection.ts'
import { Numbers, section } from './layout.ts'
import { html, Markup, named } from './markup.ts'
import { methodSection } from './methodSection.ts'
import { findingsSection, questionSection, subject } from './openingSection.ts'
import { mapSection, syntheticSection } from './pictureSections.ts'
import { costSection, provenanceSection, specSection } from './recordSections.ts'
import { STYLE } from './style.ts'
import { tableSection } from './tableSection.ts'
import { confusionSection, trainingSection } from './trainingSection.ts'

/**
 * The document, UTF-8. The same content gives the same bytes. It has no script, asks for nothing (its policy forbids it), and no name in it is
 * markup.
 */
export function reportHtml(content: ReportContent): string {
  const { spec, date, version } = content
  const numbers = new Numbers()
  const sections = [
    questionSection(content),
    findingsSection(content),
    dataSection(content, numbers),
    methodSection(content, numbers),
    tableSection(content, numbers),
    contrastSection(content, numbers),
    trainingSection(content, numbers),
    confusionSection(content, numbers),
    syntheticSection(content, numbers),
    mapSection(content, numbers),
    costSection(content, numbers),
    provenanceSection(content, numbers),
    specSection(content),
  ]
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="mri-lab ${version}">
<title>${spec.name} · report of a study</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<header>
<h1>${named(spec.name)}</h1>
<p class="subject">Report of a study: ${subject(spec)} · ${date.slice(0, 10)} · mri-lab ${version}</p>
<p class="notice">Research software. Not for diagnosis.</p>
<nav aria-label="Contents"><ol>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>\n`)}</ol></nav>
</header>
<main>
${sections.map(section)}</main>
</body>
</html>
`.text
}
