export function isCommand(name: string): boolean
export function usageOf(name: string): string
export function overview(): string
