import { globSync, readFileSync } from 'node:fs'

/** Patterns that make a test depend on the machine's speed, each with what to do instead. */
export const RULES: { why: string; pattern: RegExp }[] = [
  {
    why: 'a test waits for an event by `until`, never for a fixed time',
    pattern: /(?<!\.)\bsetTimeout\(|from '(node:)?timers(\/promises)?'|\bpause\(\w*\d|supervisor\/pause\.ts'/,
  },
  {
    why: 'all tests use the same `until`, without their own deadlines (chassis/testing/until.ts)',
    pattern: /\b(async )?function (until|eventually|waitFor)\b/,
  },
  {
    why: 'all tests and hooks have the same time limit (jest.config.js)',
    pattern:
      /^\s*(\}\)?|.*stop\(\)), ([\d_]{4,}|[A-Z_]+_MS)\)$|^\s+([\d_]{4,}|[A-Z_]+_MS),$(?=\n\s*\)$)|\bjest\.setTimeout\(/m,
  },
  {
    why: 'no test measures how long something took',
    pattern: /Date\.now\(\) - [a-z]|\bperformance\.now\(|\bprocess\.hrtime\b/,
  },
  {
    why: 'only a peer that hangs may have a time limit under a second; a healthy one needs a generous limit',
    pattern: /\b\w*(timeout|deadline|patience|frozen|ackWait|TIMEOUT|DEADLINE)\w*: '?\d{1,3}\b(?!_)/,
  },
]

/** The beginning of a comment that explains why real time is harmless in a line. */
const EXEMPTION = '// real time: '

/** The lines of a test that depend on the machine's speed, as `file:line: why`. A comment on or above a line exempts it. */
export function realTimeIn(file: string, text: string): string[] {
  const lines = text.split('\n')
  return lines.flatMap((line, index) => {
    if (line.includes(EXEMPTION) || lines[index - 1]?.includes(EXEMPTION) || /^\s*(\/\/|\/?\*)/.test(line)) return []
    const two = `${line}\n${lines[index + 1] ?? ''}`
    return RULES.filter(({ pattern }) => {
      const found = two.match(pattern)
      return found?.index !== undefined && found.index <= line.length
    }).map(({ why }) => `${file}:${index + 1}: ${why}`)
  })
}

/** The texts of all tests and test helpers below `root`. */
export function testTexts(root: string): [file: string, text: string][] {
  const patterns = ['**/*.test.ts', '**/testing/**/*.ts', 'proofs/e2e/**/*.ts']
  const exclude = (name: string) => name.includes('node_modules') || name.startsWith('.data')
  const files = new Set(globSync(patterns, { cwd: root, exclude }))
  // The files of this check contain forbidden patterns, and `until` itself must wait.
  const own = /^proofs\/testing\/real-time|^chassis\/testing\/until\.ts$/
  return [...files].filter((file) => !own.test(file)).map((file) => [file, readFileSync(`${root}/${file}`, 'utf8')])
}
