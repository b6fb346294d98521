import type { Schema } from '@apollo/federation-internals'
import {
  GraphQLError,
  type GraphQLSchema,
  isObjectType,
  Kind,
  TypeInfo,
  type ValidationRule,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import type { Operation } from '../operation.ts'

/** Marks an argument in the client schema whose value is a secret. */
const SECRET = 'secret'

/**
 * Marks the arguments with `@secret` (https://specs.flower.delivery/secret) in the client schema: their values come by POST and as
 * variables only, since addresses and the texts of operations are kept in logs and caches.
 */
export function markSecrets(client: GraphQLSchema, schema: Schema): void {
  const feature = schema.coreFeatures?.getByIdentity('https://specs.flower.delivery/secret')
  const directive = feature && schema.directive(feature.directiveNameInSchema('secret'))
  for (const application of directive?.applications() ?? []) {
    // An argument of a field, by the directive's location: "Type.field(argument:)".
    const { coordinate } = application.parent as unknown as { coordinate: string }
    const [, type = '', field = '', name = ''] = /^(\w+)\.(\w+)\((\w+):\)$/.exec(coordinate) ?? []
    const owner = client.getType(type)
    const argument = isObjectType(owner) && owner.getFields()[field]?.args.find((one) => one.name === name)
    if (argument) argument.extensions = { ...argument.extensions, [SECRET]: true }
  }
}

/** A secret is a variable, without a default in the text. */
export const secretsAreVariables: ValidationRule = (context) => {
  const used = new Set<string>()
  return {
    Argument: ({ name, value }) => {
      if (!context.getArgument()?.extensions[SECRET]) return
      if (value.kind === Kind.VARIABLE) return void used.add(value.name.value)
      context.reportError(new GraphQLError(`The argument "${name.value}" is a secret: send it as a variable.`))
    },
    Document: {
      leave: ({ definitions }) => {
        for (const definition of definitions)
          for (const { variable, defaultValue } of ('variableDefinitions' in definition &&
            definition.variableDefinitions) ||
            [])
            if (defaultValue && used.has(variable.name.value))
              context.reportError(
                new GraphQLError(`The variable "$${variable.name.value}" is a secret: it takes no default.`),
              )
      },
    },
  }
}

/** Whether an operation has an argument that is a secret. */
export function hasSecret(schema: GraphQLSchema, operation: Operation): boolean {
  const typeInfo = new TypeInfo(schema)
  let found = false
  const Argument = () => {
    found ||= Boolean(typeInfo.getArgument()?.extensions[SECRET])
  }
  visit(operation, visitWithTypeInfo(typeInfo, { Argument }))
  return found
}
