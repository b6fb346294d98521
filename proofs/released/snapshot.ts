import { readdirSync, readFileSync } from 'node:fs'
import { type DirectiveNode, Kind, parse } from 'graphql'
import { z } from 'zod'
import { contracts } from '../../schema/events/facts.ts'
import { hearsByContext, laterByContext } from '../contracts/testing/contexts.ts'
import { SETTINGS_SCHEMAS, settingsIn } from '../testing/readers.ts'

/** A schema as JSON Schema has it, as far as facts use it. */
export type JsonSchema = {
  properties?: { [name: string]: JsonSchema }
  required?: string[]
  items?: JsonSchema
  [keyword: string]: unknown
}
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** What a release promises to the processes, apps and operators of the releases beside it. */
export type Release = {
  /** What apps may ask. */
  api: string
  /** What routers may ask of each subgraph: a line for each key and field. */
  routes: string[]
  /** The contract of each fact. */
  facts: { [fact: string]: JsonSchema }
  /** The golden sample of each context's live message. */
  live: { [context: string]: Json }
  /** The settings of each program; `required`, or their default, or null. */
  settings: { [program: string]: { [name: string]: string | null } }
  /** The facts that the first durable consumer of each context receives. A process of the release beside it shares that one. */
  hears: { [context: string]: string[] }
}

const ROOT = new URL('../../', import.meta.url)
const textOf = (path: string) => readFileSync(new URL(path, ROOT), 'utf8')

/** What this checkout promises. */
export async function present(): Promise<Release> {
  const samples = readdirSync(new URL('schema/live/samples/', ROOT)).sort()
  return {
    api: textOf('schema/api.graphql'),
    routes: routesIn(textOf('schema/supergraph.graphql')),
    facts: Object.fromEntries(
      Object.entries(contracts).map(([name, contract]) => [
        name,
        z.toJSONSchema(contract, { io: 'input' }) as JsonSchema,
      ]),
    ),
    live: Object.fromEntries(
      samples.map((file) => [file.replace('.json', ''), JSON.parse(textOf(`schema/live/samples/${file}`))]),
    ),
    settings: Object.fromEntries(
      Object.entries(SETTINGS_SCHEMAS).map(([program, schema]) => [
        program,
        Object.fromEntries(settingsIn(schema).map(({ name, default: value }) => [name, value])),
      ]),
    ),
    hears: await heardFirst(),
  }
}

async function heardFirst(): Promise<Release['hears']> {
  const [heard, later] = [await hearsByContext(), await laterByContext()]
  return Object.fromEntries(
    Object.entries(heard).map(([context, facts]) => {
      const ofOthers: readonly string[] = Object.values(later[context] ?? {}).flat()
      return [context, facts.filter((fact) => !ofOthers.includes(fact)).sort()]
    }),
  )
}

/** What a router that was started with this supergraph may ask: `ITEM Item by id`, `ITEM Item.price`. */
export function routesIn(supergraph: string): string[] {
  const lines = parse(supergraph).definitions.flatMap((type) => {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.INTERFACE_TYPE_DEFINITION) return []
    const owners = joined(type.directives, 'join__type')
    const keys = owners.flatMap(({ graph, key }) => (key ? [`${graph} ${type.name.value} by ${key}`] : []))
    const fields = (type.fields ?? []).flatMap((field) => {
      const own = joined(field.directives, 'join__field')
      const serving = own.length > 0 ? own.filter(({ external }) => external !== 'true') : owners
      return serving.map(({ graph }) => `${graph} ${type.name.value}.${field.name.value}`)
    })
    return [...keys, ...fields]
  })
  return [...new Set(lines)].sort()
}

/** The arguments of a type's or field's directives of this name. */
const joined = (directives: readonly DirectiveNode[] = [], name: string): { [argument: string]: string }[] =>
  directives
    .filter((directive) => directive.name.value === name)
    .map((directive) =>
      Object.fromEntries(
        (directive.arguments ?? []).map(({ name: { value }, value: given }) => [
          value,
          'value' in given ? String(given.value) : '',
        ]),
      ),
    )
