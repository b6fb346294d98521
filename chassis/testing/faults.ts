import { UNCAUGHT_MESSAGE } from '../detached.ts'

/** The lines of a process' log in which it says that it ended at what nothing caught. */
export const faultsIn = (log: string): string[] => log.split('\n').filter((line) => line.includes(UNCAUGHT_MESSAGE))
