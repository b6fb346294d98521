import { readFileSync } from 'node:fs'

const read = (file: URL) => readFileSync(file, 'utf8')
const COMMON = new URL('./common.graphql', import.meta.url)
const LIVE = new URL('./live.graphql', import.meta.url)

/** A context's whole SDL: its own, what is common to all, and, where it has a live feed, what is common to those. */
export function sdlOf(file: URL): string[] {
  const own = read(file)
  return [read(COMMON), ...(own.includes('@live(') ? [read(LIVE)] : []), own]
}
