import { parseArgs } from 'node:util'
import { serializeQueryPlan } from '@apollo/query-planner'
import { answerOf } from './compare.ts'
import { composed, openLaboratory, plannerOf, requestOf } from './laboratory.ts'
import { themes } from './themes.ts'

/**
 * One operation, what is right, its plan, and what each executor answers:
 * node proofs/oracle/ask.ts "part of a theme’s name" "{ query }" [--variables '{}'] [--mood wild|faulty] [--seed s]
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    variables: { type: 'string', default: '{}' },
    mood: { type: 'string', default: 'plain' },
    seed: { type: 'string', default: 'plain' },
  },
})
const [name = '', query = ''] = positionals
const theme = themes.find((one) => one.name.includes(name))
if (!theme) throw new Error(`There is no theme ${name}`)
const mood = values.mood === 'wild' || values.mood === 'faulty' ? values.mood : 'plain'
const setup = composed(theme)
const planner = plannerOf(setup)
const fixed = mood === 'plain' ? theme.fixed : {}
const lab = openLaboratory(setup, planner, { seed: values.seed, mood, fixed })
const request = requestOf(query, JSON.parse(values.variables))

console.log('right', answerOf(await lab.right(request)))
try {
  console.log(serializeQueryPlan(planner(request.document, null)))
} catch (error) {
  console.log('the planner throws', error)
}
for (const rival of lab.rivals) {
  console.log(rival.name, await lab.ask(rival, request).then(answerOf, (error: Error) => error.message))
}
