import { readFileSync } from 'node:fs'
import { graphqlSync } from 'graphql'
import { subgraphSchema } from '../chassis/graphql/schema.ts'
import { commandLine } from './command-line.ts'
import { subgraphs } from './compose-schema.ts'

const COMPOSED = ['supergraph', 'api']

/**
 * A subgraph's SDL as its process answers it to `_service { sdl }`, or one of the composed schemas; without a name, the
 * names there are, a line each. Nothing needs to run. Or, in lines for the person who asked, why there is none.
 */
export function introspect(name?: string): { text: string } | { problem: string } {
  const all = subgraphs()
  const names = [...all.map((subgraph) => subgraph.name), ...COMPOSED]
  if (name === undefined) return { text: names.join('\n') }
  if (COMPOSED.includes(name))
    return { text: readFileSync(new URL(`../schema/${name}.graphql`, import.meta.url), 'utf8') }
  const found = all.find((subgraph) => subgraph.name === name)
  if (!found) return { problem: `There is no subgraph "${name}". There are: ${names.join(', ')}.` }
  return { text: servedSdl(found.typeDefs) }
}

/** A subgraph answers only what a router has signed, so it is asked here, in this process: the SDL needs no resolvers. */
function servedSdl(typeDefs: string): string {
  const { data, errors } = graphqlSync({ schema: subgraphSchema([typeDefs], {}), source: '{ _service { sdl } }' })
  if (errors?.[0]) throw errors[0]
  // What the federation specification says `_service` is.
  return (data as { _service: { sdl: string } })._service.sdl
}

if (import.meta.main) {
  const { positionals } = commandLine('introspect')
  const answer = introspect(positionals[0])
  if ('text' in answer) console.log(answer.text.trimEnd())
  else {
    console.error(answer.problem)
    process.exitCode = 1
  }
}
