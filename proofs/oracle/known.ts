import { type GraphQLSchema, isAbstractType, isObjectType, Kind, TypeInfo, visit, visitWithTypeInfo } from 'graphql'
import type { OperationRequest } from '../../router/operation.ts'
import { untruths } from './compare.ts'
import { type Cure, withOwnNames, withoutConditions } from './cures.ts'
import type { Case } from './definition.ts'
import type { Setup } from './setup.ts'
import { type Trial, textOf } from './trial.ts'

/** A difference, with all that may explain it; `plan` is JSON, empty where the planner threw. */
export type Circumstances = { request: OperationRequest; trial: Trial; plan: string; setup: Setup }

/**
 * A mistake of Apollo's (or, for as long as it is open, of ours alone). `planner`: no plan executor could be right with such a plan. `ours`: whether our router answers
 * rightly all the same; where it is open, it is excused as Apollo is. The example is checked: that one server with
 * everything answers as it says, that Apollo still does not, and that ours does (unless open).
 */
export type Known = {
  name: string
  who: 'planner' | 'executeQueryPlan' | 'ours'
  ours: 'right' | 'open'
  why: string
  /** Its example takes seconds to fail, so that it is not run. */
  isSlow?: true
  example: Omit<Case, 'title'> & { theme: string }
  /** By what it is known again. */
  explains?: (circumstances: Circumstances) => boolean
  /** Or: how to ask the same without it. */
  cure?: Cure
}

const says =
  (words: RegExp) =>
  ({ trial }: Circumstances) =>
    trial.answer.errors.some((error) => words.test(error))

const isUnexplained = (note: string) => note.endsWith('is null, and no error says why')

export const known: Known[] = [
  {
    name: 'order of keys',
    who: 'executeQueryPlan',
    ours: 'right',
    why: 'The specification (Response, "Serialized Map Ordering") wants the order in which fields are collected; it gives the order of its own selection sets, which have merged what stood apart.',
    example: {
      theme: 'one key, two subgraphs',
      query: '{ tool { ... on Tool { name } id ... on Tool { name twin { id } } } }',
      data: { tool: { name: 'name of Tool/1', id: 'Tool/1', twin: { id: 'Tool/1' } } },
    },
    explains: ({ trial }) => `${trial.wrong}` === 'order',
  },
  {
    name: '@context',
    who: 'executeQueryPlan',
    ours: 'right',
    why: 'It never applies contextRewrites: arguments marked @fromContext arrive as null.',
    example: {
      theme: '@context',
      query: '{ tenant { lamps { glow } } }',
      data: { tenant: { lamps: [1, 2].map((n) => ({ glow: `glow(by: "zone of Tenant/1") of Lamp/${n}` })) } },
    },
    explains: ({ plan }) => plan.includes('contextRewrites'),
  },
  {
    name: '@requires through lists of lists',
    who: 'executeQueryPlan',
    ours: 'right',
    why: 'executeSelectionSet maps one level of a list only; a list inside is taken for an object without fields and sent as null.',
    example: {
      theme: '@requires of objects, lists and abstract types',
      query: '{ meal { whole } }',
      data: {
        meal: {
          whole:
            'whole by {"trays":[[{"color":"color of Meal/1.trays.0.0"},{"color":"color of Meal/1.trays.0.1"}],[{"color":"color of Meal/1.trays.1.0"},{"color":"color of Meal/1.trays.1.1"}]]} of Meal/1',
        },
      },
    },
    explains: ({ request }) => /\b(stack|whole)\b/.test(textOf(request)),
  },
  {
    name: '@requires of what a condition left out',
    who: 'executeQueryPlan',
    ours: 'right',
    why: 'The planner asks for both fields in one fetch and fetches what one requires under its condition. Where that is false, executeSelectionSet drops the whole representation, and the other field with it, without an error.',
    example: {
      theme: 'types extended the old way',
      query: 'query ($q: Boolean!) { user { id } all { label @include(if: $q) email } }',
      variables: { q: false },
      data: { user: { id: 'User/1' }, all: [{ email: 'email of User/1' }, { email: 'email of User/2' }] },
    },
    cure: withoutConditions,
  },
  {
    name: 'what needed what was lost',
    who: 'executeQueryPlan',
    ours: 'right',
    why: 'Section "Handling Field Errors": a null that no data explain has an error. Where a fetch failed, the client hears of the fields it would have brought, but not of those that could not be asked for then, if both are of the same object.',
    example: {
      theme: '@requires, in a chain',
      query: '{ box { class fee } }',
      down: ['post'],
      data: { box: { class: null, fee: null } },
      errors: ['box.class', 'box.fee'],
    },
    explains: ({ trial }) => `${trial.wrong}` === 'untrue' && trial.notes.every(isUnexplained),
  },
  {
    name: 'a root field in part lost',
    who: 'executeQueryPlan',
    ours: 'right',
    why: 'Two subgraphs answer parts of one root field; if one of them is down, its error has no path.',
    example: {
      theme: 'shared roots and shared values',
      query: '{ shop { name { long } open { from } } }',
      down: ['hours'],
      data: { shop: { name: { long: 'long of Query.shop.name' }, open: null } },
      errors: ['shop.open'],
    },
    explains: () => false, // an error without a path explains any null
  },
  {
    name: '@requires of what a type condition left out',
    who: 'executeQueryPlan',
    ours: 'right',
    why: 'As with conditions: what is required was fetched for one type only, and the representation of another is dropped whole, with the fields that need nothing.',
    example: {
      theme: '@interfaceObject',
      query: '{ users { ... on Admin { greeting } notes } }',
      data: {
        users: [
          { greeting: 'greeting by {"name":"name of Admin/1"} of Admin/1', notes: 'notes of Admin/1' },
          { notes: 'notes of Guest/2' },
        ],
      },
    },
    explains: ({ trial: { wrong, right, answer }, plan }) =>
      `${wrong}` === 'data' && plan.includes('"requires"') && untruths(right, answer).every(isUnexplained),
  },
  {
    name: 'a context that a condition left out',
    who: 'planner',
    ours: 'right',
    why: 'It puts the whole fetch under the condition of the field that takes an argument from the context, with the fields that do not.',
    example: {
      theme: '@context',
      query: 'query ($r: Boolean!) { tenant { lamps { glow @skip(if: $r) warm } } }',
      variables: { r: true },
      data: { tenant: { lamps: [1, 2].map((n) => ({ warm: `warm(at: "level of Tenant/1") of Lamp/${n}` })) } },
    },
    cure: withoutConditions,
  },
  {
    name: 'an error of what was not asked',
    who: 'executeQueryPlan',
    ours: 'open',
    why: 'A subgraph where the interface is an object is asked for a field of every object, whatever its type; where it fails for one of which the client did not ask it, nothing is missing from the answer, and yet an error is told. Ours tells none of these any more, but does where the planner fetches without its condition a field that requires something and is left out.',
    example: {
      theme: '@interfaceObject',
      query: '{ posts { author { ... on Guest { broken } } } }',
      data: { posts: [{ author: {} }, { author: { broken: 'broken of Guest/2' } }] },
    },
    explains: ({ trial: { wrong, right, answer } }) =>
      `${wrong}` === 'errors' && right.errors.every((error) => answer.errors.includes(error)),
  },
  {
    name: 'the type of what is an interface object elsewhere',
    who: 'executeQueryPlan',
    ours: 'right',
    why: 'The subgraph’s own __typename (the interface’s name) is merged over the object’s, which then is of no type that the field may have.',
    example: {
      theme: '@interfaceObject',
      query: '{ admins { __typename score } }',
      data: { admins: [1, 2].map((n) => ({ __typename: 'Admin', score: `score of Admin/${n}` })) },
    },
    explains: ({ setup, request }) =>
      /__typename/.test(textOf(request)) &&
      [...setup.subgraphs.values()].some(({ interfaceObjects }) => interfaceObjects.size > 0),
  },
  {
    name: 'concrete type forgotten in an abstract fragment',
    who: 'executeQueryPlan',
    ours: 'right',
    why: 'Where no __typename was fetched, since the type is sure, computeResponse takes the abstract type of a fragment for the object’s own, and fragments on its real type inside no longer apply.',
    example: {
      theme: '@context',
      query: '{ owner { ... on Landlord { ... on Owner { area } } } }',
      data: { owner: { area: 'area of Owner/1' } },
    },
    explains: ({ request, setup }) => hasConcreteInAbstract(request, setup.supergraph.clientSchema),
  },
  {
    name: 'an alias that is the name of a field',
    who: 'planner',
    ours: 'right',
    why: 'Keys and required fields are fetched under their own names; where the client calls something else so in the same object, the planner drops the client’s field, or one overwrites the other.',
    example: {
      theme: 'children of different types',
      query: '{ one { name id: nick } }',
      data: { one: { name: 'name of User/1', id: 'nick of User/1' } },
    },
    cure: withOwnNames,
  },
  {
    name: 'one name for different fields of different types',
    who: 'planner',
    ours: 'right',
    why: 'Where an interface is an object in a subgraph, it asks that one for one of the two, and takes it for both.',
    example: {
      theme: '@interfaceObject',
      query: '{ users { ... on Admin { score } ... on Guest { score(of: 3) } } }',
      data: { users: [{ score: 'score of Admin/1' }, { score: 'score(of: 3) of Guest/2' }] },
    },
    cure: withOwnNames,
  },
  {
    name: '@requires with arguments beside the same field',
    who: 'planner',
    ours: 'right',
    why: 'What is required is fetched under its own name, beside the same field with other arguments (asked by the client, or required by a second field): the fetch is not valid, or the one value is taken for the other.',
    example: {
      theme: '@requires with arguments',
      query: '{ good { price freight } }',
      data: { good: { price: 8, freight: 'freight by {"price":7,"weight":"heavy"} of Good/1' } },
    },
    explains: ({ request, setup }) => requiringWithArguments(request, setup) > 1,
    cure: withOwnNames,
  },
  {
    name: 'introspection under a fragment or condition',
    who: 'planner',
    ours: 'right',
    why: 'It takes introspection out at the top of the operation only; elsewhere it looks for a subgraph that has the field, and throws.',
    example: {
      theme: 'one key, two subgraphs',
      query: '{ ... @include(if: true) { __schema { queryType { name } } } }',
      data: { __schema: { queryType: { name: 'Query' } } },
    },
    explains: says(/Was not able to (find any options for|plan) .*__(schema|type)/s),
  },
  {
    name: 'an interface object that requires what another one requires',
    who: 'planner',
    ours: 'open',
    why: 'It adds __typename to a selection on the interface object, which its own check refuses.',
    example: {
      theme: '@interfaceObject, one requiring what another one requires',
      query: '{ user { rank } }',
      data: {
        user: {
          rank: String.raw`rank by {"greeting":"greeting(loud: true) by {\"name\":\"name of Admin/1\"} of Admin/1"} of Admin/1`,
        },
      },
    },
    explains: says(/potentially an interface object type at runtime/),
  },
  {
    name: 'a field of an interface object asked again on a concrete type',
    who: 'planner',
    ours: 'open',
    isSlow: true,
    why: 'Where that field has @requires, it adds nodes without end: five seconds in which nothing else runs, then "Invalid array length".',
    example: {
      theme: '@interfaceObject, one requiring what another one requires',
      query: '{ user { best { ... on Admin { greeting } greeting } } }',
      data: { user: { best: { greeting: 'greeting by {"name":"name of Admin/1"} of Admin/1' } } },
    },
    explains: says(/Invalid array length/),
  },
  {
    name: 'an object all of whose fields are left out',
    who: 'planner',
    ours: 'right',
    why: 'Where conditions may leave nothing to select, it forgets the object itself.',
    example: {
      theme: 'enums, inputs and arguments in part only',
      query: 'query ($r: Boolean!) { users2 @include(if: $r) { level @skip(if: $r) } }',
      variables: { r: true },
      data: { users2: [{}, {}] },
    },
    cure: withoutConditions,
  },
  {
    name: 'a variable that is not declared',
    who: 'planner',
    ours: 'right',
    why: 'In a fetch of entities, conditions inside fragments that it pushed down are not counted among the variables used.',
    example: {
      theme: 'children of different types',
      query:
        'query ($r: Boolean!) { one { ...F } } fragment F on Account { ... on Admin @include(if: $r) { ... on Account { ... on Admin { name } } } ... on User { x: name } }',
      variables: { r: true },
      data: { one: { x: 'name of User/1' } },
    },
    explains: says(/is not defined by operation/),
  },
  {
    name: 'what a literal condition leaves out',
    who: 'planner',
    ours: 'right',
    why: 'It forgets @include(if: false) and @skip(if: true) on a field: the field is fetched, and if it fails, so it says.',
    example: {
      theme: 'a field that fails',
      query: 'query ($p: Boolean!) { room @include(if: $p) { broken @include(if: false) warm } }',
      variables: { p: true },
      data: { room: { warm: 'warm of Room/1' } },
    },
    cure: withoutConditions,
  },
]

/** How many fields an operation asks for that require a field with arguments. */
function requiringWithArguments(request: OperationRequest, { subgraphs }: Setup): number {
  const text = textOf(request)
  const fields = [...subgraphs.values()].flatMap(({ requires }) => [...requires])
  return fields.filter(
    ([field, set]) =>
      JSON.stringify(set).includes('"Argument"') && new RegExp(`\\b${field.split('.')[1]}\\b`).test(text),
  ).length
}

function hasConcreteInAbstract({ document }: OperationRequest, schema: GraphQLSchema): boolean {
  const types = new TypeInfo(schema)
  let found = false
  visit(
    document,
    visitWithTypeInfo(types, {
      enter: (node) => {
        if (node.kind !== Kind.INLINE_FRAGMENT && node.kind !== Kind.FRAGMENT_DEFINITION) return
        const condition = node.typeCondition && schema.getType(node.typeCondition.name.value)
        if (isAbstractType(condition)) found = true
        if (isObjectType(condition) && isAbstractType(types.getParentType())) found = true
      },
    }),
  )
  return found
}
