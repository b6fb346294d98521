import { UNCAUGHT_MESSAGE } from '../detached.ts'

/** The log lines of processes that exited on an uncaught error (`exitOnUncaught`). */
export const faultsIn = (log: string): string[] => log.split('\n').filter((line) => line.includes(UNCAUGHT_MESSAGE))
