import { readFileSync } from 'node:fs'
import { composeServices } from '@apollo/composition'
import { type DocumentNode, Kind, parse, printSchema } from 'graphql'
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

/**
 * The part of the graph that the router answers itself: node.graphql, with a reference to each entity that a context says to be
 * a Node. Whatever its key has beside the id is a Boolean (router/supergraph/nodes.ts).
 */
export function nodeSubgraph(contexts: readonly { typeDefs: string }[]): string {
  const types = contexts
    .flatMap(({ typeDefs }) => parse(typeDefs).definitions)
    .flatMap((node) => {
      if (node.kind !== Kind.OBJECT_TYPE_DEFINITION || !node.interfaces?.some(({ name }) => name.value === 'Node'))
        return []
      const key = node.directives?.find(({ name }) => name.value === 'key')
      const fields = key?.arguments?.find(({ name }) => name.value === 'fields')?.value
      const names = fields?.kind === Kind.STRING ? fields.value.split(' ') : []
      const others = names.filter((name) => name !== 'id').map((name) => `${name}: Boolean! @inaccessible @shareable`)
      const declared = ['id: ID!', ...others].join(' ')
      return [
        `type ${node.name.value} implements Node @key(fields: "${names.join(' ')}", resolvable: false) { ${declared} }`,
      ]
    })
  return [readFileSync(new URL('./node.graphql', import.meta.url), 'utf8'), ...types].join('\n')
}

/**
 * Composes the subgraphs into the supergraph and its API schema, without network; throws a UserError with every composition error.
 * Without `nodes` the router answers no field itself.
 */
export function compose(all = subgraphs(), { nodes = true } = {}): { supergraph: string; api: string } {
  // Placeholder URLs: the router gets the real ones by SUBGRAPH_URLS.
  const services = all.map(({ name, typeDefs }) => ({
    name,
    url: `http://${name}/graphql`,
    typeDefs: parsed(name, typeDefs),
  }))
  if (nodes) services.push({ name: 'router', url: '', typeDefs: parse(nodeSubgraph(all)) })
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
