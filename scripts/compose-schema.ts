import { composeServices } from '@apollo/composition'
import { parse, printSchema } from 'graphql'
import { sdlOf } from '../chassis/graphql/schema.ts'
import { commandLine } from './command-line.ts'
import { CONTEXTS } from './contexts.mjs'
import { writeIfChanged } from './files.ts'

const ROOT = new URL('../', import.meta.url)

/** Each context's SDL, as its process serves it. */
export function subgraphs(): { name: string; typeDefs: string }[] {
  return CONTEXTS.map((name) => {
    const sdl = new URL(`subgraphs/${name}/inbound/graphql/${name}.graphql`, ROOT)
    return { name, typeDefs: sdlOf(sdl).join('\n') }
  })
}

/** Composes the contexts into the supergraph and the API that clients see; throws all that does not fit. No network. */
export function compose(): { supergraph: string; api: string } {
  // The URLs are names: where each context really is, the router is told by its settings.
  const services = subgraphs().map(({ name, typeDefs }) => ({
    name,
    url: `http://${name}/graphql`,
    typeDefs: parse(typeDefs),
  }))
  const composed = composeServices(services)
  if (composed.errors) throw new Error(composed.errors.map(({ message }) => message).join('\n'))
  // What is inaccessible is not in the API; printed by graphql-js of the one version there is.
  const api = composed.schema.toAPISchema().toGraphQLJSSchema()
  return { supergraph: `${composed.supergraphSdl.trim()}\n`, api: `${printSchema(api).trim()}\n` }
}

if (import.meta.main) {
  const { options } = commandLine('compose')
  const { supergraph, api } = compose()
  const files = { 'schema/supergraph.graphql': supergraph, 'schema/api.graphql': api }
  const changed = Object.entries(files).filter(([path, content]) =>
    writeIfChanged(new URL(path, ROOT), content, options),
  )
  for (const [path] of changed) console.log(`${options.check ? 'Out of date' : 'Composed'}: ${path}`)
  if (!changed.length) console.log('schema/ is up to date.')
  if (options.check && changed.length) process.exit(1)
}
