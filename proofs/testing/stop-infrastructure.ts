import { STOP } from './infrastructure.ts'

/** Jest's global tear-down: stops what `infrastructure.ts` started and removes its folder. */
export default async function stopInfrastructure(): Promise<void> {
  // Set by infrastructure.ts, and by it only.
  const stop = (globalThis as { [STOP]?: () => Promise<void> })[STOP]
  await stop?.()
}
