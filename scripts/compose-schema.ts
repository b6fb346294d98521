import { composeServices } from '@apollo/composition'
import { type DocumentNode, parse, printSchema } from 'graphql'
import { sdlOf } from '../chassis/graphql/schema.ts'
import { commandLine } from './command-line.ts'
import { CONTEXTS } from './contexts.mjs'
import { writeIfChanged } from './files.ts'
import { usersFile } from './launcher/infrastructure/nats-users.ts'
import { UserError } from './user-error.ts'

const ROOT = new URL('../', import.meta.url)

/** Each context's SDL, as its process serves it. */
export function subgraphs(): { name: string; typeDefs: string }[] {
  return CONTEXTS.map((name) => {
    const sdl = new URL(`subgraphs/${name}/inbound/graphql/${name}.graphql`, ROOT)
    return { name, typeDefs: sdlOf(sdl).join('\n') }
  })
}

/** Composes the subgraphs into the supergraph and its API schema, without network; throws a UserError with every composition error. */
export function compose(all = subgraphs()): { supergraph: string; api: string } {
  // Placeholder URLs: the router gets the real ones by SUBGRAPH_URLS.
  const services = all.map(({ name, typeDefs }) => ({
    name,
    url: `http://${name}/graphql`,
    typeDefs: parsed(name, typeDefs),
  }))
  const composed = composeServices(services)
  if (composed.errors) throw new UserError(composed.errors.map(({ message }) => message).join('\n'))
  // The API schema has no @inaccessible elements.
  const api = composed.schema.toAPISchema().toGraphQLJSSchema()
  return { supergraph: `${composed.supergraphSdl.trim()}\n`, api: `${printSchema(api).trim()}\n` }
}

function parsed(name: string, typeDefs: string): DocumentNode {
  try {
    return parse(typeDefs)
  } catch (error) {
    throw new UserError(`[${name}] ${error instanceof Error ? error.message : error}`)
  }
}

/** Composes; prints every composition error, and exits with 1, if that is not possible. */
function composeOrExit(): ReturnType<typeof compose> {
  try {
    return compose()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    console.error(error.message)
    return process.exit(1)
  }
}

if (import.meta.main) {
  const { options } = commandLine('compose')
  const { supergraph, api } = composeOrExit()
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
