const FIRST_MS = 200
const MAX_MS = 10_000

/** The delay before a restart after `failures` (>= 1) failures in a row: 0.2 s, doubled each time, at most 10 s. */
export const backoffMs = (failures: number): number => Math.min(FIRST_MS * 2 ** (failures - 1), MAX_MS)
