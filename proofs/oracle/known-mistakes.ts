import { areCovered } from './compare.ts'
import type { Case } from './definition.ts'
import {
  hasError,
  isInListsOfLists,
  lostEntities,
  lostRenamed,
  mayLoseTypeToInterfaceObject,
  type Recogniser,
  requiresListsOfLists,
  requiresWithArgumentsTwice,
  throwsInPlanner,
  usesContexts,
  usesUnresolvableKey,
} from './recognise.ts'
import { type Workaround, withoutConditions, withTypenames, withUniqueAliases } from './workarounds.ts'

/**
 * A known mistake of Apollo's, or an open one of ours. `who` is where it is made; with 'planner', no executor can be
 * right with its plan as it is. `ours` says whether our router answers correctly; where it is 'open', our executor is
 * excused as well. Tests check the example: the single server gives its answer, Apollo does not, and ours does (unless
 * open).
 */
export type KnownMistake = {
  name: string
  who: 'planner' | 'executeQueryPlan'
  ours: 'right' | 'open'
  why: string
  /** The example takes seconds to fail, so it is not run. */
  isSlow?: true
  example: Omit<Case, 'title'> & { theme: string }
  /** Recognises the mistake in a difference. */
  explains?: Recogniser
  /** Or a way to write the operation that avoids it. */
  workaround?: Workaround
}

export const knownMistakes: KnownMistake[] = [
  {
    name: 'order of keys',
    who: 'executeQueryPlan',
    ours: 'right',
    why: 'The specification (Response, "Serialized Map Ordering") requires the order in which fields are collected. It uses the order of its own merged selection sets.',
    example: {
      theme: 'children of different types',
      query: '{ accounts { ... on User { name } __typename ... on User { id } } }',
      data: { accounts: [{ __typename: 'Admin' }, { name: 'name of User/2', __typename: 'User', id: 'User/2' }] },
    },
    explains: ({ trial }) => `${trial.wrong}` === 'order',
  },
  {
    name: '@context',
    who: 'executeQueryPlan',
    ours: 'right',
    why: 'It never applies contextRewrites: arguments marked @fromContext arrive as null. The planner throws if an alias is the name of a field in a context.',
    example: {
      theme: '@context',
      query: '{ tenant { lamps { glow } } }',
      data: { tenant: { lamps: [1, 2].map((n) => ({ glow: `glow(by: "zone of Tenant/1") of Lamp/${n}` })) } },
    },
    explains: (difference) => usesContexts(difference) || hasError(/Cannot add selection of field/)(difference),
  },
  {
    name: 'two contexts inside the same object',
    who: 'planner',
    ours: 'right',
    why: 'If two arguments come from fields of one object, it plans to fetch one only. The other field is called without its argument. Ours adds the other one, if the subgraph that brings the first can answer it.',
    example: {
      theme: '@context of lists and of fields of objects',
      query: '{ shop { boxes { at atNext } } }',
      data: {
        shop: {
          boxes: [1, 2].map((n) => ({
            at: `at(zip: 811) of Box/${n}`,
            atNext: `atNext(codes: ["codes of Shop/1.at.next","codes of Shop/1.at.next"]) of Box/${n}`,
          })),
        },
      },
    },
  },
  {
    name: 'a context whose field another subgraph has',
    who: 'planner',
    ours: 'right',
    why: 'It plans the two fetches in parallel, so that the value is not known when the argument is needed. Ours runs them one after the other.',
    example: {
      theme: '@context whose fields other subgraphs have',
      query: '{ shop { boxes { named } } }',
      data: { shop: { boxes: [1, 2].map((n) => ({ named: `named(of: "name of Shop/1") of Box/${n}` })) } },
    },
  },
  {
    name: '@requires through lists of lists',
    who: 'executeQueryPlan',
    ours: 'right',
    why: 'executeSelectionSet maps only one level of lists. An inner list is treated as an object without fields and sent as null.',
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
    explains: requiresListsOfLists,
  },
  {
    name: 'lists of lists from two fetches',
    who: 'executeQueryPlan',
    ours: 'right',
    why: 'deepMerge merges only one level of lists. An inner list replaces the one that another fetch brought, and the fields of that are missing.',
    example: {
      theme: 'compound, nested and several keys',
      query: '{ hall { city { halls { seats { b: code ticket x: ticket } } } } }',
      data: {
        hall: {
          city: {
            halls: [1, 2].map(() =>
              [1, 2].map(() => ({
                seats: [1, 2].map((n) => ({
                  b: `code of Seat/${n}`,
                  ticket: `ticket(paper: "THICK") of Seat/${n}`,
                  x: `ticket(paper: "THICK") of Seat/${n}`,
                })),
              })),
            ),
          },
        },
      },
    },
    explains: isInListsOfLists,
  },
  {
    name: '@requires of a field that a condition excludes',
    who: 'executeQueryPlan',
    ours: 'right',
    why: 'The planner puts both fields into one fetch, and the requirements of one under its condition. If that is false, executeSelectionSet drops the whole representation, and with it the other field, without an error.',
    example: {
      theme: 'types extended the old way',
      query: 'query ($q: Boolean!) { user { id } all { label @include(if: $q) email } }',
      variables: { q: false },
      data: { user: { id: 'User/1' }, all: [{ email: 'email of User/1' }, { email: 'email of User/2' }] },
    },
    workaround: withoutConditions,
  },
  {
    name: '@requires of a field that a type condition excludes',
    who: 'executeQueryPlan',
    ours: 'right',
    why: 'As with conditions: the requirement was fetched for one type only. The representations of other types are dropped, and with them the fields that require nothing.',
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
    explains: lostEntities,
  },
  {
    name: '@requires of a field on one type, which the client selects on another',
    who: 'executeQueryPlan',
    ours: 'right',
    why: 'It sends an object of the other type, because that has the required field, but no key and not the name of the interface object. The subgraph’s error costs the first type its field.',
    example: {
      theme: '@interfaceObject',
      query: '{ users { ... on Admin { greeting } ... on Guest { name } } }',
      data: {
        users: [{ greeting: 'greeting by {"name":"name of Admin/1"} of Admin/1' }, { name: 'name of Guest/2' }],
      },
    },
    explains: hasError(/has no key for/),
  },
  {
    name: 'an argument from a context on a field that a condition excludes',
    who: 'planner',
    ours: 'right',
    why: 'It puts the whole fetch under the condition of the field with the context argument, including the fields without one.',
    example: {
      theme: '@context',
      query: 'query ($r: Boolean!) { tenant { lamps { glow @skip(if: $r) warm } } }',
      variables: { r: true },
      data: { tenant: { lamps: [1, 2].map((n) => ({ warm: `warm(at: "level of Tenant/1") of Lamp/${n}` })) } },
    },
    workaround: withoutConditions,
  },
  {
    name: 'an error at a field that was not selected',
    who: 'executeQueryPlan',
    ours: 'right',
    why: 'A subgraph with an interface object gets the fetch for every object, whatever its type. If it fails for one on which the client did not select the field, nothing is missing from the answer, but there is an error. Ours reports none of these.',
    example: {
      theme: '@interfaceObject',
      query: '{ posts { author { ... on Guest { broken } } } }',
      data: { posts: [{ author: {} }, { author: { broken: 'broken of Guest/2' } }] },
    },
    explains: ({ trial: { wrong, expected, answer } }) =>
      `${wrong}` === 'errors' && areCovered(expected.errors, answer.errors),
  },
  {
    name: 'the type of an object that is an interface object elsewhere',
    who: 'executeQueryPlan',
    ours: 'right',
    why: 'The subgraph’s __typename (the interface’s name) replaces the object’s, which then has no type that is possible for the field.',
    example: {
      theme: '@interfaceObject',
      query: '{ admins { __typename score } }',
      data: { admins: [1, 2].map((n) => ({ __typename: 'Admin', score: `score of Admin/${n}` })) },
    },
    explains: mayLoseTypeToInterfaceObject,
  },
  {
    name: 'an alias that is the name of a field',
    who: 'planner',
    ours: 'right',
    why: 'Keys and required fields are fetched under their own names. If a client uses such a name as an alias on the same object, the planner drops the client’s field, or one value replaces the other.',
    example: {
      theme: 'children of different types',
      query: '{ one { name id: nick } }',
      data: { one: { name: 'name of User/1', id: 'nick of User/1' } },
    },
    workaround: withUniqueAliases,
  },
  {
    name: 'one response name for different fields of different types',
    who: 'planner',
    ours: 'right',
    why: 'If a subgraph has an interface object, it fetches one of the two there and uses it for both.',
    example: {
      theme: '@interfaceObject',
      query: '{ users { ... on Admin { score } ... on Guest { score(of: 3) } } }',
      data: { users: [{ score: 'score of Admin/1' }, { score: 'score(of: 3) of Guest/2' }] },
    },
    workaround: withUniqueAliases,
  },
  {
    name: '@requires with arguments beside the same field',
    who: 'planner',
    ours: 'right',
    why: 'The required field is fetched under its own name beside the same field with other arguments, which the client selects or another field requires. The fetch is invalid, or one value is used for both.',
    example: {
      theme: '@requires with arguments',
      query: '{ good { price freight } }',
      data: { good: { price: 8, freight: 'freight by {"price":7,"weight":"heavy"} of Good/1' } },
    },
    explains: requiresWithArgumentsTwice,
    workaround: withUniqueAliases,
  },
  {
    name: 'an interface object that requires what another one requires',
    who: 'planner',
    ours: 'open',
    why: 'It adds __typename to a selection on the interface object, which its own check rejects.',
    example: {
      theme: '@interfaceObject, one requiring what another one requires',
      query: '{ user { rank } }',
      data: {
        user: {
          rank: String.raw`rank by {"greeting":"greeting(loud: true) by {\"name\":\"name of Admin/1\"} of Admin/1"} of Admin/1`,
        },
      },
    },
    explains: throwsInPlanner(/potentially an interface object type at runtime/),
  },
  {
    name: 'a field of an interface object, selected again on an object type',
    who: 'planner',
    ours: 'open',
    isSlow: true,
    why: 'If that field has @requires, it adds nodes endlessly: it blocks the process for seconds, then throws "Invalid array length". Ours plans it in a thread, which it ends after five.',
    example: {
      theme: '@interfaceObject, one requiring what another one requires',
      query: '{ user { best { ... on Admin { greeting } greeting } } }',
      data: { user: { best: { greeting: 'greeting by {"name":"name of Admin/1"} of Admin/1' } } },
    },
    explains: throwsInPlanner(/Invalid array length/),
  },
  {
    name: 'a field of several types under a condition',
    who: 'planner',
    ours: 'right',
    why: 'It plans aliases for fields that cannot be merged, but does not put them into fragments without a type, or below other aliases. The subgraph refuses the fetch.',
    example: {
      theme: 'one field of several types, within and without conditions',
      query: 'query ($r: Boolean!) { list { id ... on B { ... on I @skip(if: $r) { id } } } }',
      variables: { r: false },
      data: { list: [{ id: 'A/1' }, { id: 'B/2' }] },
    },
    explains: hasError(/conflict because they return conflicting types/),
  },
  {
    name: 'a fragment on a type of an interface that one of the subgraphs sharing a field does not know',
    who: 'planner',
    ours: 'right',
    why: 'It leaves the fragment out of the fetch, also from the subgraph that knows the type. Its fields are null, without an error. Ours restores it, if the subgraph that brings the object can answer all of it.',
    example: {
      theme: 'a shared field of an entity, of which the subgraphs know different types',
      query: '{ chest { inside { items { ... on Letter { text } } } } }',
      data: { chest: { inside: { items: [{}, { text: 'text of Letter/1' }] } } },
    },
  },
  {
    name: 'a first key that cannot be resolved',
    who: 'planner',
    ours: 'right',
    why: 'To return to a subgraph for a field with @requires it takes the first key there, also with `resolvable: false`. The subgraph finds nothing.',
    example: {
      theme: 'keys of which the first cannot be resolved',
      query: '{ lamp { label } }',
      data: { lamp: { label: 'label by {"name":"name of Lamp/1"} of Lamp/1' } },
    },
    explains: usesUnresolvableKey,
  },
  {
    name: 'a variable called representations',
    who: 'executeQueryPlan',
    ours: 'right',
    why: 'It is the name of the variable with the entities in each fetch.',
    example: {
      theme: 'one key, two subgraphs',
      query: 'query ($representations: String) { tool { price(currency: $representations) } }',
      variables: { representations: 'yen' },
      data: { tool: { price: 'price(currency: "yen") of Tool/1' } },
    },
  },
  {
    name: 'an empty value under an alias of the planner’s',
    who: 'executeQueryPlan',
    ours: 'right',
    why: 'Fields of one name whose types differ have aliases in the plan. An outputRewrite changes the names back, but not of values such as 0, "" and false, which become null.',
    example: {
      theme: 'fields that are nullable in one subgraph only',
      query: '{ both { ... on One { n } ... on Two { n } } }',
      data: { both: [{ n: 0 }, { n: 0 }] },
    },
    explains: lostRenamed,
  },
  {
    name: 'an object whose type is not fetched',
    who: 'executeQueryPlan',
    ours: 'right',
    why: 'If only one type is possible in the subgraph, the plan fetches no __typename. It then takes the object for one of the interface, to which fragments on the type do not apply.',
    example: {
      theme: 'a shared field that is an object in one subgraph and an interface in another',
      query: '{ pet { id ... on Dog { barks } } }',
      data: { pet: { id: 'id of Query.pet', barks: true } },
    },
    workaround: withTypenames,
  },
]
