/** How a program is run, watched and stopped; what the supervisor and the tests need to know of PostgreSQL or NATS. */
export type Launch = {
  /** The program and its arguments. */
  command: string[]
  /** All of its environment: nothing is inherited. */
  env: Record<string, string>
  /** The folder it works in; by default ours. */
  cwd?: string
  /** Run as this user and group (only where we are root and the program must not be). */
  user?: number
  /** Answers in a moment, or throws: the process is frozen or gone. */
  health: () => Promise<void>
  /** Resolves when it can do its work, or throws with what is missing. */
  ready: () => Promise<void>
  /** Done before every start of it, also before a replacement. */
  prepare?: () => Promise<void>
  stopSignal: 'SIGTERM' | 'SIGINT'
}
