import { demoMachine, demoUsers } from '../demo-users.ts'
import { hashSecret } from './machine-clients.ts'
import type { AccountPorts } from './ports.ts'

/** Makes the demo users and the demo machine client, or brings them up to date; development only, any number of times. */
export async function keepDemoData({ users, clients }: AccountPorts, demoSecret: string): Promise<void> {
  for (const { login, ...user } of demoUsers) await users.keep(user, login)
  await clients.keep({ ...demoMachine, secretHash: hashSecret(demoSecret) })
}
