import type { CompiledFetch } from '../compile/fetches.ts'
import type { Json } from '../selection/json.ts'

/** The body of a request: the operation's text was escaped long ago, and representations come as JSON. */
export function bodyOf(fetch: CompiledFetch, representations: string | null, variables: Json, context: Json): string {
  const own = representations === null ? '' : `"representations":[${representations}]`
  const others = variablesJson(fetch, variables, context)
  return `${fetch.head},"variables":{${own}${own && others && ','}${others}}}`
}

/** The values of a fetch's variables, as the client sent them: the subgraph knows their defaults. */
function variablesJson({ variables }: CompiledFetch, given: Json, context: Json): string {
  let json = ''
  for (let index = 0; index < variables.length; index++) {
    const variable = variables[index] as CompiledFetch['variables'][number] // within its length
    const { name } = variable
    const value = Object.hasOwn(context, name) ? context[name] : Object.hasOwn(given, name) ? given[name] : undefined
    if (value !== undefined) json += `${json && ','}${variable.json}${JSON.stringify(value)}`
  }
  return json
}
