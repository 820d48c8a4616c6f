/** The door to the Hugging Face hub. */
export { type FetchedFile, fetchHubFile, type HubDownload } from './fetchHubFile.ts'
export { type HubAccess, type HubFile, hubAccess, hubUrl } from './hubFile.ts'
export type { HubOptions } from './options.ts'
