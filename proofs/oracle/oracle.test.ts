import { describe, expect, it } from '@jest/globals'
import { answerOf, areCovered } from './compare.ts'
import { COVERED, tableOf } from './coverage.ts'
import type { Case } from './definition.ts'
import type { TestedExecutor } from './executors.ts'
import { composeSetup, createHarness, type Harness, requestOf } from './harness.ts'
import { knownMistakes } from './known-mistakes.ts'
import { openSupergraph } from './open-supergraph.ts'
import { themes } from './themes.ts'
import { newReport, openSupergraphs, runTrials } from './trials.ts'

const supergraphs = openSupergraphs()
const harnesses = new Map<string, Harness>()

/** A theme's supergraph in a plain world. */
function harnessFor(name: string) {
  const theme = themes.find((candidate) => candidate.name === name)
  if (!theme) throw new Error(`There is no theme ${name}`)
  const found = harnesses.get(name)
  if (found) return found
  const opened = supergraphs.find((each) => each.name === name)
  const supergraph = opened ?? openSupergraph(composeSetup(theme))
  const harness = createHarness(supergraph, { seed: 'plain', mood: 'plain', fixed: theme.fixed })
  harnesses.set(name, harness)
  return harness
}

type Example = Omit<Case, 'title'>

/** A case's expected answer: the data with the order of keys, and the paths of errors. */
const expectedAnswer = ({ data, errors = [] }: Example) => ({ data: JSON.stringify(data), paths: [...errors].sort() })

async function answerOfExecutor(harness: Harness, executor: TestedExecutor, { query, variables, down = [] }: Example) {
  const { data, errors = [] } = await harness.execute(executor, requestOf(query, variables), { down })
  return { data: JSON.stringify(data), paths: [...new Set(errors.map(({ path = [] }) => path.join('.')))].sort() }
}

/** With Apollo's executor, errors may be above the expected paths. */
function asExpected({ name }: TestedExecutor, answer: { data: string; paths: string[] }, example: Example) {
  const { paths } = expectedAnswer(example)
  const areCoarse = paths.length > 0 && areCovered(paths, answer.paths)
  return name === 'apollo' && areCoarse ? { ...answer, paths } : answer
}

/** The single server must give the expected answer too; otherwise the case is wrong. */
async function checkCase(harness: Harness, { query, variables, data, down = [] }: Example) {
  if (down.length === 0)
    expect(answerOf(await harness.expected(requestOf(query, variables))).data).toBe(JSON.stringify(data))
}

describe.each(themes)('$name', ({ name, cases, generated }) => {
  it.each(cases)('$title', async ({ wrong = [], ...example }) => {
    const harness = harnessFor(name)
    if (generated !== false) await checkCase(harness, example)
    for (const executor of harness.executors.filter((executor) => !wrong.includes(executor.name))) {
      const answer = await answerOfExecutor(harness, executor, example)
      expect({ by: executor.name, ...asExpected(executor, answer, example) }).toEqual({
        by: executor.name,
        ...expectedAnswer(example),
      })
    }
  })
})

describe('known mistakes of Apollo’s', () => {
  it.each(knownMistakes.filter(({ isSlow }) => !isSlow))('$name', async ({ example, ours }) => {
    const harness = harnessFor(example.theme)
    if (themes.find(({ name }) => name === example.theme)?.generated !== false) await checkCase(harness, example)
    for (const executor of harness.executors) {
      const answer = await answerOfExecutor(harness, executor, example).catch((error: Error) => ({
        thrown: error.message,
      }))
      if (executor.name === 'apollo')
        expect('thrown' in answer ? answer : asExpected(executor, answer, example)).not.toEqual(expectedAnswer(example)) // if this fails, the mistake is fixed: remove it from the list
      else if (ours === 'right') expect(answer).toEqual(expectedAnswer(example))
    }
  })
})

describe('random operations', () => {
  it('are answered by the compiled executor as by one server that has everything', async () => {
    const seed = process.env.ORACLE_SEED ?? '7'
    const report = newReport()
    await runTrials(supergraphs, { operations: Number(process.env.ORACLE_OPERATIONS ?? 2_000), seed }, report)
    const times = [...report.explained].map(([reason, count]) => `${count}  ${reason}`)
    console.info(`seed ${seed}\n${tableOf(report.coverage)}\n\nApollo’s known mistakes met:\n${times.join('\n')}`)
    expect([...report.open.values()].join('\n\n')).toBe('')
    expect(COVERED.filter((what) => !report.coverage.get(what))).toEqual([])
  })
})
