import { describe, expect, it } from '@jest/globals'
import { answerOf } from './compare.ts'
import { COVERED, tableOf } from './coverage.ts'
import type { Case } from './definition.ts'
import type { Rival } from './executors.ts'
import { known } from './known.ts'
import { composed, type Laboratory, openLaboratory, plannerOf, requestOf } from './laboratory.ts'
import { themes } from './themes.ts'
import { runTrials } from './trials.ts'

const opened = new Map<string, Laboratory>()

/** A theme's supergraph with answers that are easy to foresee. */
function laboratory(name: string) {
  const theme = themes.find((candidate) => candidate.name === name)
  if (!theme) throw new Error(`There is no theme ${name}`)
  const found = opened.get(name)
  if (found) return found
  const setup = composed(theme)
  const lab = openLaboratory(setup, plannerOf(setup), { seed: 'plain', mood: 'plain', fixed: theme.fixed })
  opened.set(name, lab)
  return lab
}

type Question = Omit<Case, 'title'>

/** What a case says is the right answer: the data with the order of keys, and the paths of errors. */
const expected = ({ data, errors = [] }: Question) => ({ data: JSON.stringify(data), paths: [...errors].sort() })

async function answered(lab: Laboratory, rival: Rival, { query, variables, down = [] }: Question) {
  const { data, errors = [] } = await lab.ask(rival, requestOf(query, variables), { down })
  return { data: JSON.stringify(data), paths: [...new Set(errors.map(({ path = [] }) => path.join('.')))].sort() }
}

/** A case that one server with everything would answer otherwise is itself wrong. */
async function checkCase(lab: Laboratory, { query, variables, data, down = [] }: Question) {
  if (down.length === 0) expect(answerOf(await lab.right(requestOf(query, variables))).data).toBe(JSON.stringify(data))
}

describe.each(themes)('$name', ({ name, cases, generated }) => {
  it.each(cases)('$title', async ({ wrong = [], ...question }) => {
    const lab = laboratory(name)
    if (generated !== false) await checkCase(lab, question)
    for (const rival of lab.rivals.filter((rival) => !wrong.includes(rival.name))) {
      expect({ by: rival.name, ...(await answered(lab, rival, question)) }).toEqual({
        by: rival.name,
        ...expected(question),
      })
    }
  })
})

describe('known mistakes of Apollo’s', () => {
  it.each(known.filter(({ isSlow }) => !isSlow))('$name', async ({ example, ours, who }) => {
    const lab = laboratory(example.theme)
    if (themes.find(({ name }) => name === example.theme)?.generated !== false) await checkCase(lab, example)
    for (const rival of lab.rivals) {
      const answer = await answered(lab, rival, example).catch((error: Error) => ({ thrown: error.message }))
      if (who === 'ours' && ours === 'open') continue
      if (rival.name === 'apollo')
        expect(answer).not.toEqual(expected(example)) // else it is mended: take it off the list
      else if (ours === 'right') expect(answer).toEqual(expected(example))
    }
  })
})

describe('random operations', () => {
  it('are answered by the compiled executor as by one server that has everything', async () => {
    const seed = process.env.ORACLE_SEED ?? '7'
    const report = await runTrials({ operations: Number(process.env.ORACLE_OPERATIONS ?? 2_000), seed })
    const times = [...report.explained].map(([reason, count]) => `${count}  ${reason}`)
    console.info(`seed ${seed}\n${tableOf(report.coverage)}\n\nApollo’s known mistakes met:\n${times.join('\n')}`)
    expect(report.open.join('\n\n')).toBe('')
    expect(COVERED.filter((what) => !report.coverage.get(what))).toEqual([])
  })
})
