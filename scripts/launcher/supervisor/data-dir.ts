import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { writeFileAtomically } from '../../files.ts'
import { UserError } from '../../user-error.ts'
import { isRunning, tryLock } from '../bootstrap/lock.mjs'
import { end } from '../infrastructure/left-over.ts'

const MARK = 'flower-delivery.json'
const LOCK = 'lock'
/**
 * `production`: whether the folder was first used in production; missing in folders of earlier versions. `demoVersion`: which demo data
 * have been loaded; missing in folders of releases that had only the first ones.
 */
const mark = z.object({
  format: z.literal(1),
  demo: z.boolean(),
  production: z.boolean().optional(),
  demoVersion: z.int().optional(),
})
const entries = z.array(z.object({ name: z.string(), pid: z.number().int(), started: z.string().optional() }))

export type DataDir = {
  /** The version of the demo data that have been loaded into it; 0 if there are none. */
  demoVersion: number
  /** Records that those of this version have been loaded. */
  recordDemo(version: number): void
  release(): void
}

/**
 * Creates the folder if necessary, and locks it for this start. Throws a UserError if it contains other files, if another start
 * uses it, or if it belongs to development and this is production, or the reverse: a forgotten setting must not mix demo
 * users and sandbox payments with real ones.
 */
export function openDataDir(path: string, production: boolean): DataDir {
  const found = contentsOf(path)
  const others = found.filter((name) => name !== LOCK && name !== MARK)
  if (others.length && !found.includes(MARK)) {
    throw new UserError(`${path} holds something else (${others[0]}): choose an empty or a new folder as DATA_DIR.`)
  }
  const lock = takeLock(path)
  if (!lock.release) {
    throw new UserError(
      `The system already runs in ${path} (process ${lock.holder}): stop it first, or choose another DATA_DIR.`,
    )
  }
  try {
    const read = found.includes(MARK) ? readMark(join(path, MARK)) : undefined
    const { demo = false, demoVersion = demo ? 1 : 0 } = read ?? {}
    const isOfProduction = read?.production ?? (demo ? false : production)
    if (isOfProduction !== production) throw new UserError(isOfProduction ? ofProduction(path) : ofDevelopment(path))
    const record = (version: number) => {
      const marked = { format: 1, demo: version > 0, production, demoVersion: version }
      writeFileAtomically(join(path, MARK), `${JSON.stringify(marked)}\n`)
    }
    if (read?.production === undefined) record(demoVersion)
    return { demoVersion, recordDemo: record, release: lock.release }
  } catch (error) {
    lock.release()
    throw error
  }
}

const ofProduction = (path: string) =>
  `${path} is a shop in production: start it with NODE_ENV=production, or choose another DATA_DIR for development.`
const ofDevelopment = (path: string) =>
  `${path} is a shop of development (demo users, sandbox payments): choose another DATA_DIR for production.`

function contentsOf(path: string): string[] {
  try {
    // Others may not list it; where PostgreSQL runs as another user, it must get to its own folder in here.
    mkdirSync(path, { recursive: true, mode: 0o711 })
    return readdirSync(path)
  } catch (error) {
    throw unusable(path, error)
  }
}

function takeLock(path: string): ReturnType<typeof tryLock> {
  try {
    return tryLock(join(path, LOCK))
  } catch (error) {
    throw unusable(path, error)
  }
}

const unusable = (path: string, error: unknown) =>
  new UserError(
    `DATA_DIR ${path} can not be used (${(error as NodeJS.ErrnoException).code}): is it a folder, and this user's?`,
  )

function readMark(path: string): z.infer<typeof mark> {
  try {
    return mark.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    throw new UserError(`${path} is not of this version: choose another DATA_DIR, or delete that folder.`)
  }
}

/** Stops the processes that a killed start left running, by its process list; returns their number. */
export async function stopEarlierRun(list: string): Promise<number> {
  let listed: z.infer<typeof entries>
  try {
    listed = entries.parse(JSON.parse(readFileSync(list, 'utf8')))
  } catch {
    return 0 // No valid list. A left-over PostgreSQL is stopped by its pid file before it starts.
  }
  const left = listed.filter(({ pid, started }) => isRunning({ pid, started }))
  const isData = (name: string) => name === 'postgres' || name === 'nats'
  await Promise.all(left.filter(({ name }) => !isData(name)).map(({ pid }) => end(pid, 'SIGTERM', 5_000)))
  await Promise.all(left.filter(({ name }) => isData(name)).map(({ pid }) => end(pid, 'SIGINT', 5_000)))
  return left.length
}
