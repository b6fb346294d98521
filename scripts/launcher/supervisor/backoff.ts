const FIRST_MS = 200
const LONGEST_MS = 10_000

/** How long to wait before the start that follows `failures` ends in a row (>= 1): 0.2 s, doubled, at most 10 s. */
export const backoffMs = (failures: number): number => Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS)
