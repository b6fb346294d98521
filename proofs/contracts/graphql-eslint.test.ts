import { readFileSync } from 'node:fs'
import * as graphqlEslint from '@graphql-eslint/eslint-plugin'
import { describe, expect, it } from '@jest/globals'
import { Linter } from 'eslint'
import { buildSchema, isInterfaceType } from 'graphql'

const textOf = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const sdl = textOf('schema/api.graphql')
const { configs, parser } = graphqlEslint

/** Objects that are parts, pages, results or failures; everything else has an id. */
const WITHOUT_ID = {
  types: [
    ...[
      'Money',
      'PageInfo',
      'InputProblem',
      'OrderLine',
      'Recipient',
      'MyPageMoment',
      'SavedAddress',
      'DeliveryPromise',
    ],
    ...['DeliveryCalendar', 'WeeklyWindow', 'SpecialDay', 'DayWindow', 'Area'],
    ...['DeliveryDay', 'DeliveryWindow', 'Ribbon', 'Sender', 'DeliveryAttempt', 'Tracking', 'Photo', 'UploadTicket'],
    ...failures(),
  ],
  suffixes: ['Connection', 'Edge', 'Payload', 'Update'],
}

function failures(): string[] {
  const schema = buildSchema(sdl)
  const failure = schema.getType('Failure')
  return isInterfaceType(failure) ? schema.getImplementations(failure).objects.map(({ name }) => name) : []
}

/** The recommended rules, but the names of facts are the facts' own: apps have always got them so (docs/language.md). */
const { rules } = configs['flat/schema-recommended']
const [level, { EnumValueDefinition, ...naming }] = rules['@graphql-eslint/naming-convention']
const schemaRules: Linter.RulesRecord = {
  ...rules,
  '@graphql-eslint/strict-id-in-types': ['error', { exceptions: WITHOUT_ID }],
  '@graphql-eslint/naming-convention': [
    level,
    {
      ...naming,
      'EnumValueDefinition[parent.name.value!=OrderFact]': EnumValueDefinition,
      'EnumValueDefinition[parent.name.value=OrderFact]': 'PascalCase',
    },
  ],
}

/** What @graphql-eslint reports of a text, as "rule: message". */
function lint(text: string, schema: string, rules: Linter.RulesRecord): string[] {
  const languageOptions = { parser, parserOptions: { graphQLConfig: { schema } } }
  const plugins = { '@graphql-eslint': { rules: graphqlEslint.rules } }
  const messages = new Linter().verify(text, [{ files: ['*.graphql'], plugins, languageOptions, rules }], 'it.graphql')
  return messages.map(({ ruleId, message }) => `${ruleId}: ${message}`)
}

describe('the recommended rules of @graphql-eslint', () => {
  it('accept the schema', () => {
    expect(lint(sdl, sdl, schemaRules)).toEqual([])
  })

  it.each([
    ['a type without a description', 'require-description', /^"""An amount of money."""\n/m, ''],
    [
      'a thing without an id',
      'strict-id-in-types',
      /(type Item) implements Node( \{\s+"""[^"]*"""\s+)id: ID!/,
      '$1$2key: ID!',
    ],
    ['a value in small letters', 'naming-convention', /^ {2}OUT_FOR_DELIVERY$/m, '  outForDelivery'],
  ])('report %s', (_, rule, text, planted) => {
    const faulty = sdl.replace(text, planted)
    expect(lint(faulty, faulty, schemaRules)).toContainEqual(expect.stringContaining(rule))
  })
})
