// Compares this checkout with the last release, whose snapshot is in schema/released: exits with 1 if they could not run side by side,
// or would break apps or operators. With --write it makes the snapshot: for the commit that is tagged as a release.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { deliberateBreaks } from '../../scripts/checks/breaks.ts'
import { breaches } from './compare.ts'
import { present, type Release } from './snapshot.ts'

const FOLDER = new URL('../../schema/released/', import.meta.url)

function written(): Release {
  const json = (name: string) => JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'))
  return {
    api: readFileSync(new URL('api.graphql', FOLDER), 'utf8'),
    ...{
      routes: json('routes'),
      facts: json('facts'),
      live: json('live'),
      settings: json('settings'),
      hears: json('hears'),
    },
  }
}

function write({ api, ...rest }: Release): void {
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(new URL('api.graphql', FOLDER), api)
  for (const [name, part] of Object.entries(rest)) {
    writeFileSync(new URL(`${name}.json`, FOLDER), `${JSON.stringify(part, null, 2)}\n`)
  }
}

if (process.argv.includes('--write')) write(await present())
else {
  const found = breaches(written(), await present(), deliberateBreaks())
  for (const line of found) console.error(line)
  process.exitCode = found.length ? 1 : 0
}
