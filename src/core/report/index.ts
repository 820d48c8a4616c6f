/** The report's door: documents made of a whole study. */
export type { BankSummary, EmbeddedImage, ModelMaps, ReportContent, ReportPictures, RunProvenance } from './content.ts'
export { reportHtml } from './document.ts'
export { type ExportedRun, runsCsv } from './runsCsv.ts'
