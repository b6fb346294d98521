import { describe, expect, it } from '@jest/globals'
import { explain } from '../../scripts/explain/sections.ts'
import type { Definition } from './definition.ts'
import { testedExecutors } from './executors.ts'
import { composeSetup, requestOf } from './harness.ts'
import { openSupergraph } from './open-supergraph.ts'
import { operationOf } from './request.ts'
import { startSubgraphs } from './subgraphs.ts'
import { themes } from './themes.ts'
import { createWorld } from './world.ts'

type Body = { query: string; variables: { representations?: Record<string, unknown>[] } }

/** The compiled executor on a theme, and the bodies that it has sent. */
function recordingExecutor(theme: Definition) {
  const setup = composeSetup(theme)
  const supergraph = openSupergraph(setup)
  const { send } = startSubgraphs(createWorld(setup, 'plain', 'plain', theme.fixed), supergraph.read)
  const sent: Body[] = []
  const record: typeof send = (request) => {
    sent.push(JSON.parse(request.body))
    return send(request)
  }
  const executor = testedExecutors(supergraph, record).find(({ name }) => name === 'compiled')
  if (!executor) throw new Error('The compiled executor is always tested.')
  return { setup, executor, sent }
}

/** The bodies in an explanation. */
const bodiesIn = (text: string): Body[] =>
  [...text.matchAll(/^ {2}(?:body|or) +(\{.*)$/gm)].map(([, body = '']) => JSON.parse(body))

/** Representations have fields of those in the explanation: some of them are not always sent. */
const describes = (explained: Body, { query, variables }: Body) =>
  explained.query === query &&
  Object.keys(variables).every((name) => name in explained.variables) &&
  (variables.representations ?? []).every((sent) =>
    explained.variables.representations?.some((one) => Object.keys(sent).every((name) => name in one)),
  )

/** Operations that the compiled executor runs; an event is no request. */
const examples = themes.map((theme) => ({
  theme,
  queries: theme.cases.filter(({ query, wrong }) => !wrong?.includes('compiled') && !query.startsWith('subscription')),
}))

describe.each(examples.filter(({ queries }) => queries.length))(
  'an explanation, on $theme.name',
  ({ theme, queries }) => {
    const { setup, executor, sent } = recordingExecutor(theme)

    it.each(queries)('has every request that is sent: $title', async ({ query, variables = {} }) => {
      sent.length = 0
      const request = requestOf(query, variables)
      const operation = operationOf(request, setup.supergraph.clientSchema)
      await executor.run(request)
      const bodies = bodiesIn(explain(setup.supergraph, { operation, variables }, null).text)
      expect(sent.filter((body) => !bodies.some((each) => describes(each, body)))).toEqual([])
    })
  },
)
