// npm run explain -- --operation FILE: what the router makes of an operation, without running it.
import { readFileSync } from 'node:fs'
import type { GraphQLError } from 'graphql'
import { parseExactly } from '../chassis/exact-json.ts'
import type { Claims } from '../chassis/signed-context.ts'
import { subgraphUrls } from '../router/config.ts'
import { isObject, type Json } from '../router/executor/selection/json.ts'
import { claimsOf } from '../router/identity/authenticate.ts'
import { createOperationReader } from '../router/request/read-operation.ts'
import { loadSupergraph, orUnusable, UnusableSupergraph } from '../router/supergraph/load.ts'
import { commandLine } from './command-line.ts'
import { explain, messageOf } from './explain/sections.ts'
import { UserError } from './user-error.ts'

const { options } = commandLine('explain')
try {
  const { operation: file } = options
  const urls = subgraphUrls.safeParse(process.env.SUBGRAPH_URLS)
  if (urls.error) throw new UserError(`SUBGRAPH_URLS: ${urls.error.issues.map(({ message }) => message).join('; ')}`)
  const supergraph = loadSupergraph(textOf(options.supergraph, UnusableSupergraph), urls.data)
  const variables = jsonOf('variables', options.variables)
  const read = createOperationReader(supergraph.clientSchema)({
    query: textOf(file),
    operationName: options.name,
    variables,
  })
  if ('errors' in read) throw new UserError(read.errors.map((error) => placed(error, file)).join('\n'))
  const { text, problem } = orUnusable(() => explain(supergraph, read.request, claims()))
  console.log(text)
  if (problem !== undefined) throw new UserError(problem)
} catch (error) {
  if (error instanceof UnusableSupergraph) {
    console.error(`${options.supergraph}: ${error.message}`)
    process.exitCode = 78
  } else if (error instanceof UserError) {
    console.error(error.message)
    process.exitCode = 1
  } else throw error
}

/** The text of a file; `-` is the standard input. Throws `Unreadable`. */
function textOf(file: string, Unreadable: new (message: string) => Error = UserError): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    throw new Unreadable(`The file cannot be read: ${messageOf(error)}`)
  }
}

/** A GraphQL error with its place, as compilers write it: FILE:LINE:COLUMN. */
function placed({ message, locations: [place] = [] }: GraphQLError, file: string): string {
  const name = file === '-' ? 'standard input' : file
  return `${place ? `${name}:${place.line}:${place.column}` : name}: ${message}`
}

function jsonOf(option: string, text: string): Json {
  try {
    const value = parseExactly(text)
    if (isObject(value)) return value
  } catch {
    // The same message as for JSON that is no object.
  }
  throw new UserError(`--${option} is a JSON object, not ${text}`)
}

/** The caller: the payload of a token, or somebody with scopes and roles, or nobody. */
function claims(): Claims {
  const { claims, scopes = '', roles = '' } = options
  if (claims !== undefined) {
    const payload = jsonOf('claims', claims)
    return claimsOf(String(payload.sub ?? 'somebody'), payload)
  }
  if (!scopes && !roles) return null
  const [scope, list] = [scopes, roles].map((text) => text.split(/[\s,]+/).filter(Boolean))
  return claimsOf('somebody', { scope: scope?.join(' '), roles: list })
}
