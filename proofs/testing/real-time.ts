import { globSync, readFileSync } from 'node:fs'

/** Patterns that make a test depend on the machine's speed, each with what to do instead. */
export const RULES: { why: string; pattern: RegExp }[] = [
  {
    why: 'a test waits for what is to happen by `until`, never for a time',
    pattern: /(?<!\.)\bsetTimeout\(|from '(node:)?timers(\/promises)?'|\bpause\(\w*\d|supervisor\/pause\.ts'/,
  },
  {
    why: 'one `until` for all, without a deadline of its own (chassis/testing/until.ts)',
    pattern: /\b(async )?function (until|eventually|waitFor)\b/,
  },
  {
    why: 'one time limit for all tests and hooks (jest.config.js)',
    pattern:
      /^\s*(\}\)?|.*stop\(\)), ([\d_]{4,}|[A-Z_]+_MS)\)$|^\s+([\d_]{4,}|[A-Z_]+_MS),$(?=\n\s*\)$)|\bjest\.setTimeout\(/m,
  },
  {
    why: 'no test measures how long something took',
    pattern: /Date\.now\(\) - [a-z]|\bperformance\.now\(|\bprocess\.hrtime\b/,
  },
  {
    why: 'only what hangs meets a time limit under a second: who is well gets all the time in the world',
    pattern: /\b\w*(timeout|deadline|patience|frozen|ackWait|TIMEOUT|DEADLINE)\w*: '?\d{1,3}\b(?!_)/,
  },
]

/** A comment that explains why real time is harmless there. */
const EXCUSE = '// real time: '

/** The lines of a test that depend on the machine's speed, as `file:line: why`. A comment on or above a line excuses it. */
export function realTimeIn(file: string, text: string): string[] {
  const lines = text.split('\n')
  return lines.flatMap((line, index) => {
    if (line.includes(EXCUSE) || lines[index - 1]?.includes(EXCUSE) || /^\s*(\/\/|\/?\*)/.test(line)) return []
    const two = `${line}\n${lines[index + 1] ?? ''}`
    return RULES.filter(({ pattern }) => {
      const found = two.match(pattern)
      return found?.index !== undefined && found.index <= line.length
    }).map(({ why }) => `${file}:${index + 1}: ${why}`)
  })
}

/** The texts of all tests below `root` and of what only tests use. */
export function testTexts(root: string): [file: string, text: string][] {
  const wanted = ['**/*.test.ts', '**/testing/**/*.ts', 'proofs/e2e/**/*.ts']
  const exclude = (name: string) => name.includes('node_modules') || name.startsWith('.data')
  const files = new Set(globSync(wanted, { cwd: root, exclude }))
  // The files of this check contain what it forbids, and `until` itself must wait.
  const own = /^proofs\/testing\/real-time|^chassis\/testing\/until\.ts$/
  return [...files].filter((file) => !own.test(file)).map((file) => [file, readFileSync(`${root}/${file}`, 'utf8')])
}
