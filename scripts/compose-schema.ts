import { readFileSync } from 'node:fs'
import { composeServices } from '@apollo/composition'
import { Kind, parse, printSchema } from 'graphql'
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

/** Composes the subgraphs into the supergraph and its API schema, without network; throws with every composition error. */
export function compose(): { supergraph: string; api: string } {
  // Placeholder URLs: the router gets the real ones by SUBGRAPH_URLS.
  const contexts = subgraphs()
  const services = contexts.map(({ name, typeDefs }) => ({
    name,
    url: `http://${name}/graphql`,
    typeDefs: parse(typeDefs),
  }))
  services.push({ name: 'router', url: '', typeDefs: parse(nodeSubgraph(contexts)) })
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
