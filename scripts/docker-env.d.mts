export function settingsOf(environment: 'development' | 'production'): Record<string, string>
