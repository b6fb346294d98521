import { parseArgs } from 'node:util'
import { explain } from '../../scripts/explain/sections.ts'
import { answerOf } from './compare.ts'
import { composeSetup, createHarness, requestOf } from './harness.ts'
import { openSupergraph } from './open-supergraph.ts'
import { operationOf } from './request.ts'
import { themes } from './themes.ts'

/**
 * Prints what the router makes of one operation (as `npm run explain`), its expected answer, and each executor's:
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

const operation = operationOf(request, supergraph.setup.supergraph.clientSchema)
const { text, problem } = explain(supergraph.setup.supergraph, { operation, variables: request.variables }, null)
console.log(problem === undefined ? `${text}\n` : `${text}\n\n${problem}\n`)
console.log('right', answerOf(await harness.expected(request)))
for (const executor of harness.executors) {
  console.log(executor.name, await harness.execute(executor, request).then(answerOf, (error: Error) => error.message))
}
