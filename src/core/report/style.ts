/** How the document looks: on paper, on a telephone, in the dark. Colours are told apart by lightness too (Okabe and Ito 2008). */
export const STYLE = `
:root {
  --paper: #ffffff; --ink: #16191d; --quiet: #555c66; --line: #d9dde3; --soft: #f4f6f8;
  --points: #0072b2; --other: #c2500a; --link: #00558a; --warn: #7a4a00; --warnground: #fff6e0;
  color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171b; --ink: #e7e9ec; --quiet: #a9b0ba; --line: #363c45; --soft: #1d2127;
    --points: #5ab4e5; --other: #f0a36a; --link: #7cc4ef; --warn: #f1c877; --warnground: #2c2413;
  }
}
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 58rem; overflow-wrap: break-word;
  font: 1.0625rem/1.55 Charter, 'Bitstream Charter', 'Source Serif 4', 'Noto Serif', Georgia, serif; }
h1, h2, h3, h4, nav, table, dl, figcaption, caption, svg, .subject, .notice, .notes, .images, small, details > summary {
  font-family: system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .3rem; overflow-wrap: anywhere; }
h2 { font-size: 1.35rem; line-height: 1.25; margin: 3rem 0 .8rem; padding-top: .8rem; border-top: 2px solid var(--ink); }
h3 { font-size: 1.08rem; margin: 2rem 0 .5rem; }
h4 { font-size: .92rem; margin: 1rem 0 .35rem; font-weight: 600; overflow-wrap: anywhere; }
p, ul, ol { max-width: 44rem; margin: .6rem 0; }
li { margin: .25rem 0; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--points); outline-offset: 2px; }
code, pre { font-family: ui-monospace, 'SF Mono', 'DejaVu Sans Mono', Consolas, monospace; font-size: .84em; overflow-wrap: anywhere; }
pre { background: var(--soft); border: 1px solid var(--line); padding: .8rem 1rem; white-space: pre-wrap; line-height: 1.4; }
small { font-size: .82em; font-weight: 400; color: var(--quiet); }
.subject { color: var(--quiet); font-size: .95rem; margin: 0 0 .6rem; }
.notice { font-weight: 600; font-size: .95rem; margin: .6rem 0 1.2rem; }
nav ol { columns: 15rem; column-gap: 2rem; padding-left: 1.4rem; font-size: .92rem; max-width: none; }
nav li { break-inside: avoid; }
.unfinished { background: var(--warnground); border-left: 4px solid var(--warn); padding: .2rem 1rem; margin: 1rem 0; }
.warnings { list-style: none; padding: 0; }
.warnings li { border-left: 4px solid var(--warn); padding: .1rem 0 .1rem .8rem; margin: .5rem 0; }
.missing { color: var(--quiet); font-style: italic; }
.notes { font-size: .84rem; color: var(--quiet); padding-left: 1.1rem; }
.scroll { overflow-x: auto; margin: 1.2rem 0; }
table { border-collapse: collapse; font-size: .86rem; line-height: 1.35; font-variant-numeric: tabular-nums lining-nums;
  border-bottom: 1.5px solid var(--ink); }
caption { text-align: left; padding: 0 0 .45rem; line-height: 1.4; }
caption span { position: sticky; left: 0; display: inline-block; max-width: calc(100vw - 2rem); }
thead th { border-top: 1.5px solid var(--ink); border-bottom: 1px solid var(--ink); vertical-align: bottom; }
th, td { padding: .34rem .8rem .34rem 0; text-align: left; vertical-align: top; font-weight: 400; }
thead th { font-weight: 600; }
th:last-child, td:last-child { padding-right: 0; }
tbody tr + tr > * { border-top: 1px solid var(--line); }
.numbers { text-align: right; }
tbody th { min-width: 5.5rem; max-width: 18rem; overflow-wrap: break-word; }
.medians td { min-width: 7.8rem; }
.medians td span { display: block; }
.median { font-weight: 650; font-size: 1.05em; }
.interval, .n, .published { color: var(--quiet); font-size: .92em; white-space: nowrap; }
.fidelity .interval, .contrasts .interval { display: block; }
.contrasts tbody th { min-width: 10rem; }
.contrasts .words { white-space: nowrap; }
.contrasts tbody th { white-space: normal; }
.claims { font-size: .95rem; }
.key { font-size: .74em; }
.runs .numbers, .runs .words { white-space: nowrap; }
dl { margin: 1rem 0; font-size: .9rem; max-width: 50rem; }
dl > div { display: grid; grid-template-columns: minmax(7rem, 14rem) 1fr; gap: .2rem 1rem; padding: .3rem 0; border-top: 1px solid var(--line); }
dt { color: var(--quiet); }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
figure { margin: 1.4rem 0; }
figcaption { font-size: .86rem; line-height: 1.4; margin-top: .5rem; max-width: 44rem; }
svg { display: block; width: 100%; height: auto; font-variant-numeric: tabular-nums; }
figure.wide > svg { max-width: 32rem; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17.5rem), 1fr)); gap: .6rem 1.4rem; align-items: start; }
.matrices { grid-template-columns: repeat(auto-fill, minmax(min(100%, 20.5rem), 1fr)); }
.maps { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 23rem), 1fr)); gap: 0 1.4rem; }
.grid .scroll { margin: .6rem 0; }
.grid h4 { margin: .6rem 0 .1rem; }
.confusion td { padding: 2px; min-width: 3.3rem; }
.confusion thead th { font-size: .9em; padding: .34rem .3rem .34rem 0; }
.confusion tbody th { min-width: 0; }
.shade { display: block; padding: .25rem .3rem; text-align: right;
  background: color-mix(in srgb, var(--points) calc(var(--share) * .38), transparent); }
.shade small { display: block; color: inherit; }
.images { display: flex; flex-wrap: wrap; gap: .5rem; align-items: flex-start; }
.images img { display: block; width: 6rem; height: auto; background: #000; }
.pair { display: flex; gap: 2px; margin-right: .6rem; }
.map small { display: block; max-width: 7.2rem; overflow-wrap: break-word; line-height: 1.25; margin-top: .15rem; }
.map img { width: 7.2rem; }
.strip { margin: .9rem 0; }
summary { cursor: pointer; }
@media (max-width: 34rem) {
  body { font-size: 1rem; }
  dl > div { grid-template-columns: 1fr; gap: 0; }
  .images img { width: 5rem; }
  .map img { width: 6.4rem; }
  th, td { padding-right: .6rem; }
  .medians, .confusion { font-size: .8rem; }
  .medians th, .medians td { padding-right: .4rem; }
  .medians td { min-width: 4.7rem; }
  .medians thead th { overflow-wrap: anywhere; }
  .medians tbody th { max-width: 6.2rem; min-width: 4rem; }
  .medians .interval, .medians .n, .medians .published { white-space: normal; }
  .confusion td { min-width: 3rem; }
}
@media print {
  :root { --paper: #fff; --ink: #000; --quiet: #444; --line: #ccc; --soft: #f5f5f5; --points: #0072b2; --other: #c2500a; --link: #000;
    --warn: #7a4a00; --warnground: #fff; }
  @page { margin: 18mm 16mm; }
  html { font-size: 12px; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav { display: none; }
  h2 { break-after: avoid; margin-top: 1.6rem; }
  h3, h4, caption { break-after: avoid; }
  tr, .strip, .cell, .shade, figcaption, dl > div { break-inside: avoid; }
  figure.wide { break-inside: avoid; }
  .grid { grid-template-columns: repeat(3, 1fr); }
  .matrices { grid-template-columns: repeat(2, 1fr); }
  .scroll { overflow: visible; }
  section[aria-labelledby='results'], section[aria-labelledby='training'], section[aria-labelledby='spec'] { break-before: page; }
  .shade, .images img { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`
