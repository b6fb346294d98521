export const CONTEXTS: readonly string[]
export function inCapitals(context: string): string
