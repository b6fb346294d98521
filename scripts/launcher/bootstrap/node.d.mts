export function pinnedNode(root: string): string | undefined
export function environmentFor(root: string): NodeJS.ProcessEnv
