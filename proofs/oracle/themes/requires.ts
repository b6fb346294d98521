import type { Definition } from '../definition.ts'

/** Fields that require fields of other subgraphs. */
export const requires: Definition[] = [
  {
    name: '@requires, in a chain',
    subgraphs: {
      box: `type Query { boxes: [Box], box: Box } type Box @key(fields: "id") { id: ID!, size: Int, weight: Int! }`,
      post: `type Box @key(fields: "id") { id: ID!, size: Int @external, weight: Int! @external,
        volume: String! @requires(fields: "size"), class: String @requires(fields: "size weight"), plain: String }`,
      bill: `type Box @key(fields: "id") { id: ID!, class: String @external, volume: String! @external, plain: String @external,
        fee(express: Boolean = false): String @requires(fields: "class"), total: String! @requires(fields: "class volume") tax: String @requires(fields: "plain") }`,
      check: `type Box @key(fields: "id") { id: ID!, total: String! @external, checked: String @requires(fields: "total"), again: [Box] }`,
    },
    fixed: { 'Box/1.size': 1, 'Box/1.weight': 2, 'Box/2.size': null, 'Box/2.weight': 4 },
    cases: [
      {
        title: 'sends values of other subgraphs, also null',
        query: '{ boxes { volume class } }',
        data: {
          boxes: [
            {
              volume: 'volume by {"size":1} of Box/1',
              class: 'class by {"size":1,"weight":2} of Box/1',
            },
            {
              volume: 'volume by {"size":null} of Box/2',
              class: 'class by {"size":null,"weight":4} of Box/2',
            },
          ],
        },
      },
      {
        title: 'waits for a field that has requirements itself',
        query: '{ box { fee(express: true) tax } }',
        data: {
          box: {
            fee: String.raw`fee(express: true) by {"class":"class by {\"size\":1,\"weight\":2} of Box/1"} of Box/1`,
            tax: 'tax by {"plain":"plain of Box/1"} of Box/1',
          },
        },
      },
      {
        title: 'is null, with an error, if the subgraph of its requirement is down',
        query: '{ box { size fee } }',
        down: ['post'],
        data: { box: { size: 1, fee: null } },
        errors: ['box.fee'],
      },
    ],
  },
  {
    name: '@requires with arguments',
    subgraphs: {
      goods: `
        type Query { goods: [Good!], good: Good }
        type Good @key(fields: "id") { id: ID!, price(currency: Currency! = WON, cut: Int): Int, weight(unit: String): String, name: String }
        enum Currency { WON EURO }`,
      ship: `
        type Good @key(fields: "id") { id: ID!, price(currency: Currency! = WON, cut: Int): Int @external, weight(unit: String): String @external,
          freight: String @requires(fields: "price(currency: EURO) weight(unit: \\"kg\\")"),
          duty(to: String!): String @requires(fields: "price(currency: WON, cut: 3)") }
        enum Currency { WON EURO }`,
    },
    fixed: {
      'Good/1.price': ({ currency, cut }) => (currency === 'EURO' ? 7 : cut ? 5 : 8),
      'Good/2.price': 8,
      'Good/1.weight': 'heavy',
      'Good/2.weight': null,
    },
    cases: [
      {
        title: 'sends the value under the field’s name',
        query: '{ goods { freight } }',
        data: {
          goods: [
            { freight: 'freight by {"price":7,"weight":"heavy"} of Good/1' },
            { freight: 'freight by {"price":8,"weight":null} of Good/2' },
          ],
        },
      },
      {
        title: 'does not confuse it with the client’s arguments',
        query: '{ good { price(cut: 1) freight duty(to: "here") } }',
        wrong: ['apollo'],
        data: {
          good: {
            price: 5,
            freight: 'freight by {"price":7,"weight":"heavy"} of Good/1',
            duty: 'duty(to: "here") by {"price":5} of Good/1',
          },
        },
      },
    ],
  },
  {
    name: '@requires of objects, lists and abstract types',
    subgraphs: {
      cook: `
        type Query { meals: [Meal], meal: Meal }
        type Meal @key(fields: "id") { id: ID!, main: Dish, dishes: [Dish!], plate: Plate, plates: [[Plate]], trays: [[Plate]], drink: Drink }
        type Plate { color: String, maker: Maker }
        type Maker @key(fields: "id") { id: ID!, name: String }
        interface Dish { name: String! }
        type Soup implements Dish { name: String!, hot: Boolean, bowl: Plate }
        type Salad implements Dish { name: String!, dressing: String }
        union Drink = Tea | Juice
        type Tea { leaves: String }
        type Juice { fruit: String, maker: Maker }`,
      menu: `
        type Meal @key(fields: "id") { id: ID!, main: Dish @external, dishes: [Dish!] @external, plate: Plate @external, plates: [[Plate]] @external, drink: Drink @external,
          line: String @requires(fields: "plate { color }"),
          stack: String @requires(fields: "plates { color maker { id } }"),
          whole: String @requires(fields: "trays { color }"), trays: [[Plate]] @external,
          card: String @requires(fields: "main { __typename name ... on Soup { hot bowl { color } } ... on Salad { dressing } }"),
          names: String @requires(fields: "dishes { name ... on Salad { dressing } }"),
          glass: String @requires(fields: "drink { ... on Tea { leaves } ... on Juice { fruit maker { id } } }") }
        type Plate @external { color: String, maker: Maker }
        type Maker @key(fields: "id", resolvable: false) { id: ID! }
        interface Dish { name: String! }
        type Soup implements Dish @external { name: String!, hot: Boolean, bowl: Plate }
        type Salad implements Dish @external { name: String!, dressing: String }
        union Drink = Tea | Juice
        type Tea @external { leaves: String }
        type Juice @external { fruit: String, maker: Maker }`,
    },
    fixed: { 'Meal/1.plates': [], 'Meal/2.plates': null, 'Meal/2.main.hot': true },
    cases: [
      {
        title: 'sends only the required part of an object',
        query: '{ meals { line stack } }',
        data: {
          meals: [
            {
              line: 'line by {"plate":{"color":"color of Meal/1.plate"}} of Meal/1',
              stack: 'stack by {"plates":[]} of Meal/1',
            },
            {
              line: 'line by {"plate":{"color":"color of Meal/2.plate"}} of Meal/2',
              stack: 'stack by {"plates":null} of Meal/2',
            },
          ],
        },
      },
      {
        title: 'sends the fields of the object’s type',
        query: '{ meals { names glass card } }',
        data: {
          meals: [1, 2].map((n) => ({
            names: `names by {"dishes":[{"name":"name of Meal/${n}.dishes.0","dressing":"dressing of Meal/${n}.dishes.0"},{"name":"name of Meal/${n}.dishes.1"}]} of Meal/${n}`,
            glass:
              n === 1
                ? 'glass by {"drink":{"fruit":"fruit of Meal/1.drink","maker":{"id":"Maker/1"}}} of Meal/1'
                : 'glass by {"drink":{"leaves":"leaves of Meal/2.drink"}} of Meal/2',
            card:
              n === 1
                ? 'card by {"main":{"name":"name of Meal/1.main","dressing":"dressing of Meal/1.main"}} of Meal/1'
                : 'card by {"main":{"name":"name of Meal/2.main","hot":true,"bowl":{"color":"color of Meal/2.main.bowl"}}} of Meal/2',
          })),
        },
      },
    ],
  },
]
