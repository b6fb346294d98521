export const CONTEXTS: readonly string[]
export type Call = readonly [caller: string, receiver: string]
export const CALLS: readonly Call[]
export function keyName(call: Call): string
export function inCapitals(context: string): string
