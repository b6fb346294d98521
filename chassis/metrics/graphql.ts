import { defaultFieldResolver, type GraphQLField, type GraphQLSchema } from 'graphql'
import { Counter, Histogram, type Registry } from 'prom-client'
import { codeOf } from '../graphql/audit-resolvers.ts'
import { isUnavailable } from '../postgres/unavailable.ts'
import { SECONDS } from './registry.ts'

export type GraphqlMetrics = ReturnType<typeof graphqlMetrics>

/** What a subgraph is asked for and what comes of it. Labels are names of the schema, and codes of ours. */
export function graphqlMetrics(registry: Registry) {
  const registers = [registry]
  const fields = new Counter({
    name: 'service_graphql_fields_total',
    help: 'Root fields, by outcome: the type of a command’s result, answered or null of a query, or an error code',
    ...{ registers, labelNames: ['operation', 'field', 'outcome'] },
  })
  const seconds = new Histogram({
    ...{ name: 'service_graphql_field_seconds', help: 'How long a root field takes' },
    ...{ buckets: SECONDS, registers, labelNames: ['operation', 'field'] },
  })
  const errors = new Counter({
    ...{ name: 'service_graphql_errors_total', help: 'GraphQL errors, of any field, by code' },
    ...{ registers, labelNames: ['code'] },
  })
  for (const code of ['INTERNAL_SERVER_ERROR', 'SERVICE_UNAVAILABLE']) errors.inc({ code }, 0)

  const countField = (operation: string, field: GraphQLField<unknown, unknown>) => {
    const { name, resolve = defaultFieldResolver } = field
    const end = (startedAt: number, outcome: string) => {
      fields.inc({ operation, field: name, outcome })
      seconds.observe({ operation, field: name }, (performance.now() - startedAt) / 1_000)
    }
    field.resolve = (source, args, context, info) => {
      const startedAt = performance.now()
      const answer = <Value>(value: Value): Value => {
        end(startedAt, outcomeOf(value))
        return value
      }
      const fail = (error: unknown): never => {
        end(startedAt, isUnavailable(error) ? 'SERVICE_UNAVAILABLE' : codeOf(error))
        throw error
      }
      let value: unknown
      try {
        value = resolve(source, args, context, info)
      } catch (error) {
        return fail(error)
      }
      return value instanceof Promise ? value.then(answer, fail) : answer(value)
    }
  }

  return {
    countError: (code: unknown) => errors.inc({ code: String(code) }),

    /** Has each field of Query and Mutation counted as it is answered. */
    countFields(schema: GraphQLSchema): void {
      for (const type of [schema.getQueryType(), schema.getMutationType()])
        for (const field of Object.values(type?.getFields() ?? {})) countField(String(type).toLowerCase(), field)
    },
  }
}

/** Results of commands carry their type (chassis/failures.ts). */
function outcomeOf(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  return typeof value === 'object' && 'type' in value && typeof value.type === 'string' ? value.type : 'answered'
}
