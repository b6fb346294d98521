import { describe, expect, it } from '@jest/globals'
import { RULES, realTimeIn, testTexts } from './real-time.ts'

/** For each rule, texts that violate it. */
const PLANTED = [
  [
    'await new Promise((resolve) => setTimeout(resolve, 400))',
    "import { setTimeout as delay } from 'node:timers/promises'",
    'await pause(200)',
  ],
  ['async function until(isTrue: () => boolean) {'],
  ['})\n}, 30_000)', 'afterAll(async () => stack?.stop(), 40_000)', '    30_000,\n  )', 'jest.setTimeout(20_000)'],
  ['await until(() => Date.now() - began > 600)', 'expect(performance.now() - began).toBeLessThan(50)'],
  [
    'router = await startTestRouter(library, { SUBGRAPH_TIMEOUT_MS: 300 })',
    "startStack({ env: { SUBGRAPH_TIMEOUT_MS: '900' } })",
    'const TIMING = { ackWaitMs: 600, backOffMs: 20 }',
  ],
]

describe('no test depends on the machine’s speed', () => {
  it('by the patterns in its text', () => {
    const texts = testTexts(new URL('../..', import.meta.url).pathname)
    expect(texts.length).toBeGreaterThan(150)
    expect(texts.flatMap(([file, text]) => realTimeIn(file, text))).toEqual([])
  })

  it.each(RULES.flatMap(({ why }, index) => (PLANTED[index] ?? ['']).map((text) => [why, text])))(
    'a violation is found: %s (%j)',
    (why, text) => {
      expect(realTimeIn('x.test.ts', text)).toEqual([expect.stringContaining(why)])
      expect(
        realTimeIn('x.test.ts', `// real time: a reason\n${text.replace('\n', ' // real time: a reason\n')}`),
      ).toEqual([])
    },
  )
})
