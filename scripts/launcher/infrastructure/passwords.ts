import { z } from 'zod'
import { CONTEXTS, inCapitals } from '../../contexts.mjs'

/** The setting with the password of a context's working role. */
export const workingPassword = (context: string) => `DATABASE_PASSWORD_${inCapitals(context)}`
/** The setting with the password of the owner of a context's database. */
export const ownerPassword = (context: string) => `DATABASE_OWNER_PASSWORD_${inCapitals(context)}`

const password = z.string().min(16, 'at least 16 characters')
const passwords = (nameOf: (context: string) => string) =>
  Object.fromEntries(CONTEXTS.map((context) => [nameOf(context), password]))

/** The fields of a settings schema with all working roles' passwords, or all owners'. */
export const workingPasswords = passwords(workingPassword)
export const ownerPasswords = passwords(ownerPassword)

/** The passwords among settings that a schema with these fields has read. */
export function passwordsIn(settings: { [name: string]: unknown }) {
  return {
    working: (context: string) => String(settings[workingPassword(context)]),
    owner: (context: string) => String(settings[ownerPassword(context)]),
  }
}
