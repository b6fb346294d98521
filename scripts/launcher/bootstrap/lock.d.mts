/** A process that cannot be mistaken for a later one with the same pid. */
export type Identity = { pid: number; started: string | undefined }
export function startOf(pid: number): string | undefined
export function isRunning(process: Identity): boolean
export function tryLock(
  path: string,
): { release: () => void; holder?: undefined } | { release?: undefined; holder: number }
