import { parseArgs } from 'node:util'
import { serializeQueryPlan } from '@apollo/query-planner'
import { answerOf } from './compare.ts'
import { composeSetup, createHarness, requestOf } from './harness.ts'
import { openSupergraph } from './open-supergraph.ts'
import { operationOf } from './request.ts'
import { themes } from './themes.ts'

/**
 * Prints one operation's expected answer, its plan, and each executor's answer:
 * node proofs/oracle/try-operation.ts "part of a theme's name" "{ query }" [--variables '{}'] [--mood wild|faulty]
 * [--seed s]
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
const supergraph = openSupergraph(composeSetup(theme))
const fixed = mood === 'plain' ? theme.fixed : {}
const harness = createHarness(supergraph, { seed: values.seed, mood, fixed })
const request = requestOf(query, JSON.parse(values.variables))

console.log('right', answerOf(await harness.expected(request)))
try {
  console.log(serializeQueryPlan(supergraph.planner(operationOf(request, supergraph.setup.supergraph.clientSchema))))
} catch (error) {
  console.log('the planner throws', error)
}
for (const executor of harness.executors) {
  console.log(executor.name, await harness.execute(executor, request).then(answerOf, (error: Error) => error.message))
}
