import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { writeFileAtomically } from '../../files.ts'
import { UserError } from '../../user-error.ts'

export type Secrets = (name: string) => string

/**
 * Secrets by name, created when first requested and stored in `path` (mode 0600): `postgres`, `nats` (the administrator's),
 * `nats.<program>`, `cursors`, `keys`, `links`, `media`, `photos.<context>`, `demo`, `provider` (the sandbox's), `database.<context>`, `database-owner.<context>` and
 * `context.<caller>-<receiver>`. Each is 32 random bytes in base64url, which needs no escaping in a URL, in SQL or in a file.
 */
export function secretsIn(path: string): Secrets {
  const stored = read(path)
  return (name) => {
    const known = stored[name]
    if (known !== undefined) return known
    const created = randomBytes(32).toString('base64url')
    stored[name] = created
    writeFileAtomically(path, `${JSON.stringify(stored, null, 2)}\n`, 0o600)
    return created
  }
}

function read(path: string): Record<string, string> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
  try {
    const read: unknown = JSON.parse(text)
    if (read && typeof read === 'object')
      return Object.fromEntries(Object.entries(read).map(([k, v]) => [k, String(v)]))
  } catch {}
  throw new UserError(
    `${path} is damaged: the passwords of this data folder are lost. Restore the file or delete the folder.`,
  )
}
