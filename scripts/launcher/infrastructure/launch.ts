/** How a program is started, checked and stopped; the supervisor and the tests run PostgreSQL and NATS by it. */
export type Launch = {
  /** The program and its arguments. */
  command: string[]
  /** Its whole environment: nothing is inherited. */
  env: Record<string, string>
  /** Its working directory; by default ours. */
  cwd?: string
  /** The user and group to run as (only if we are root and the program must not be). */
  user?: number
  /** Resolves within seconds; throws if the process is frozen or gone. */
  health: () => Promise<void>
  /** Resolves if it can do its work; throws with what is missing. */
  ready: () => Promise<void>
  /** Called before each start, including restarts. */
  prepare?: () => Promise<void>
  stopSignal: 'SIGTERM' | 'SIGINT'
}
