export function settingsOf(environment: 'development' | 'production'): Record<string, string>
export function make(file: string, environment: 'development' | 'production'): string
