import { composeServices } from '@apollo/composition'
import { parse, printSchema } from 'graphql'
import { sdlOf } from '../chassis/graphql/schema.ts'
import { commandLine } from './command-line.ts'
import { CONTEXTS } from './contexts.mjs'
import { writeIfChanged } from './files.ts'
import { usersFile } from './launcher/infrastructure/nats-users.ts'

const ROOT = new URL('../', import.meta.url)

/** Each context's SDL, as its process serves it. */
export function subgraphs(): { name: string; typeDefs: string }[] {
  return CONTEXTS.map((name) => {
    const sdl = new URL(`subgraphs/${name}/inbound/graphql/${name}.graphql`, ROOT)
    return { name, typeDefs: sdlOf(sdl).join('\n') }
  })
}

/** Composes the subgraphs into the supergraph and its API schema, without network; throws with every composition error. */
export function compose(): { supergraph: string; api: string } {
  // Placeholder URLs: the router gets the real ones by SUBGRAPH_URLS.
  const services = subgraphs().map(({ name, typeDefs }) => ({
    name,
    url: `http://${name}/graphql`,
    typeDefs: parse(typeDefs),
  }))
  const composed = composeServices(services)
  if (composed.errors) throw new Error(composed.errors.map(({ message }) => message).join('\n'))
  // The API schema has no @inaccessible elements.
  const api = composed.schema.toAPISchema().toGraphQLJSSchema()
  return { supergraph: `${composed.supergraphSdl.trim()}\n`, api: `${printSchema(api).trim()}\n` }
}

if (import.meta.main) {
  const { options } = commandLine('compose')
  const { supergraph, api } = compose()
  const files = {
    'schema/supergraph.graphql': supergraph,
    'schema/api.graphql': api,
    'schema/nats-users.conf': await usersFile(),
  }
  const changed = Object.entries(files).filter(([path, content]) =>
    writeIfChanged(new URL(path, ROOT), content, options),
  )
  for (const [path] of changed) console.log(`${options.check ? 'Out of date' : 'Composed'}: ${path}`)
  if (!changed.length) console.log('schema/ is up to date.')
  if (options.check && changed.length) process.exit(1)
}
