import { readFileSync } from 'node:fs'

/** Linux counts CPU time in hundredths of a second (USER_HZ), whatever its timer. */
const MS_PER_TICK = 10

/** The CPU time of all the process's threads so far, in ms; null if the process has ended or this is not Linux. */
export function cpuMsOf(pid: number | undefined): number | null {
  try {
    // proc(5): fields 14 and 15; the second field is the program's name, which may contain spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK
  } catch {
    return null
  }
}
