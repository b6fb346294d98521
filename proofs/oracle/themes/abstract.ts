import type { Definition } from '../definition.ts'

/** Interfaces, unions and interface objects. */
export const abstractTypes: Definition[] = [
  {
    name: 'an interface over several subgraphs',
    subgraphs: {
      shop: `
        type Query { goods: [Good!]!, good: Good, similar(id: ID!): [Good] }
        interface Good { id: ID!, size: Size, seller: Seller }
        type Pot implements Good @key(fields: "id") { id: ID!, size: Size, seller: Seller, holds: [Good] }
        type Rug implements Good @key(fields: "id") { id: ID!, size: Size, seller: Seller, rolled: Boolean }
        type Size { high: Int, wide: Int }
        interface Seller { name: String, place: String }
        type Firm implements Seller @key(fields: "id") { id: ID!, name: String, place: String @shareable }
        type Person implements Seller { name: String, place: String }`,
      reviews: `
        interface Good { id: ID!, reviews(first: Int = 2): [Review!]!, stars: Int }
        type Pot implements Good @key(fields: "id") { id: ID!, reviews(first: Int = 2): [Review!]!, stars: Int }
        type Rug implements Good @key(fields: "id") { id: ID!, reviews(first: Int = 2): [Review!]!, stars: Int }
        type Review @key(fields: "id") { id: ID!, text: String, of: Good }
        type Firm @key(fields: "id") { id: ID!, place: String @shareable, owner: String }
        type Query { latest: Review }`,
    },
    cases: [
      {
        title: 'is joined for every type',
        query:
          '{ goods { __typename id reviews { text of { ... on Rug { rolled: id } seller { name ... on Firm { owner } } } } } }',
        data: {
          goods: ['Pot/1', 'Rug/2'].map((id) => ({
            __typename: id.split('/')[0],
            id,
            reviews: [
              { text: 'text of Review/1', of: { seller: { name: 'name of Firm/1', owner: 'owner of Firm/1' } } },
              { text: 'text of Review/2', of: { rolled: 'Rug/2', seller: { name: 'name of Rug/2.seller' } } },
            ],
          })),
        },
      },
      {
        title: 'may have fragments with one alias for different fields',
        query:
          '{ goods { ... on Pot { x: reviews(first: 1) { text } y: id } ... on Rug { x: reviews { id } y: __typename } } }',
        data: {
          goods: [
            { x: [{ text: 'text of Review/1' }, { text: 'text of Review/2' }], y: 'Pot/1' },
            { x: [{ id: 'Review/1' }, { id: 'Review/2' }], y: 'Rug' },
          ],
        },
      },
    ],
  },
  {
    name: 'aliases that collide across types',
    subgraphs: {
      zoo: `
        type Query { animals: [Animal], cage: Cage }
        union Animal = Cat | Dog | Fish
        union Cage = Cat | Fish
        type Cat @key(fields: "id") { id: ID!, lives: Int, name: String }
        type Dog @key(fields: "id") { id: ID!, tricks: [String], name: String! }
        type Fish @key(fields: "id") { id: ID!, tank: Tank }
        type Tank { litres: Int, fish: [Fish] }`,
      vet: `
        type Cat @key(fields: "id") { id: ID!, shots: Int, cost(in: String): Int, vet: Vet }
        type Dog @key(fields: "id") { id: ID!, shots: String, cost(in: String): String, vet: Vet }
        type Fish @key(fields: "id") { id: ID!, scales: [Int], vet: Vet }
        type Vet @key(fields: "id") { id: ID!, name: String }`,
    },
    cases: [
      {
        title: 'have a value of their own on each type',
        query:
          '{ animals { ... on Cat { name vet { who: name } } ... on Dog { label: name vet { who: id } } ... on Fish { label: id } } }',
        data: {
          animals: [
            { name: 'name of Cat/1', vet: { who: 'name of Vet/1' } },
            { label: 'name of Dog/2', vet: { who: 'Vet/2' } },
            { label: 'Fish/3' },
          ],
        },
      },
    ],
  },
  {
    name: 'unions that subgraphs know different members of',
    subgraphs: {
      one: `
        type Query { media: [Media], both: Media @shareable, all: [Media] @shareable, ones: [Ones], holder: Holder }
        union Media = Song | Book
        union Ones = Song | Book | Film
        type Song @key(fields: "id") { id: ID!, title: String @shareable, beats: Int }
        type Book { title: String @shareable }
        type Film { title: String @shareable }
        type Holder @key(fields: "id") { id: ID!, media: Media @shareable }`,
      two: `
        type Query { viewer: Viewer, both: Media @shareable, all: [Media] @shareable }
        union Media = Song | Film
        type Song @key(fields: "id") { id: ID!, title: String @shareable, plays: String }
        type Film { title: String @shareable }
        type Viewer { media: Media, seen: [Media!] }
        type Holder @key(fields: "id") { id: ID!, media: Media @shareable, text: String }`,
    },
    cases: [
      {
        title: 'may have fragments on members that a subgraph does not know',
        query: `{ media { __typename ... on Film { title } ... on Song { title plays } ... on Book { title } }
          viewer { media { ... on Book { title } ... on Song { plays: title beats: __typename } } seen { ... on Film { title } } } }`,
        data: {
          media: [
            { __typename: 'Book', title: 'title of Query.media.0' },
            { __typename: 'Song', title: 'title of Song/2', plays: 'plays of Song/2' },
          ],
          viewer: { media: {}, seen: [{ title: 'title of Query.viewer.seen.0' }, {}] },
        },
      },
    ],
  },
  {
    name: 'a shared object with a union of which each subgraph knows other members',
    fixed: { 'Query.attic.things': ['Coin/1', 'Letter/2'], 'Query.cellar.things': ['Feather/1', 'Coin/2'] },
    subgraphs: {
      above: `
        type Query { attic: Box }
        type Box @shareable { things: [Thing!] }
        union Thing = Coin | Letter
        type Coin @key(fields: "id") { id: ID!, worth: Int }
        type Letter @key(fields: "id") { id: ID!, text(loud: Boolean): String, seal: Seal, to: Thing }
        type Seal { colour: String, maker: Maker }
        type Maker @key(fields: "id") { id: ID! }`,
      below: `
        type Query { cellar: Box }
        type Box @shareable { things: [Thing!] }
        union Thing = Coin | Feather
        type Coin @key(fields: "id") { id: ID!, face: String }
        type Feather @key(fields: "id") { id: ID!, bird: String }
        type Maker @key(fields: "id") { id: ID!, name: String }`,
    },
    cases: [
      {
        title: 'has the fields that the client selects on each type',
        wrong: ['apollo'],
        query: `{ attic { ...F } cellar { ...F } } fragment F on Box { things {
          __typename ... on Coin { face } ... on Letter { text(loud: true) seal { colour } } ... on Feather { bird } } }`,
        data: {
          attic: {
            things: [
              { __typename: 'Coin', face: 'face of Coin/1' },
              {
                __typename: 'Letter',
                text: 'text(loud: true) of Letter/2',
                seal: { colour: 'colour of Letter/2.seal' },
              },
            ],
          },
          cellar: {
            things: [
              { __typename: 'Feather', bird: 'bird of Feather/1' },
              { __typename: 'Coin', face: 'face of Coin/2' },
            ],
          },
        },
      },
    ],
  },
  {
    name: '@interfaceObject',
    fixed: { 'Admin/1.broken': fails },
    subgraphs: {
      accounts: `
        type Query { users: [Account!]!, user: Account, admins: [Admin] }
        interface Account @key(fields: "id") { id: ID!, name: String, since: Int }
        type Admin implements Account @key(fields: "id") { id: ID!, name: String, since: Int, rights: [String!] }
        type Guest implements Account @key(fields: "id") { id: ID!, name: String, since: Int, invited: Account }`,
      posts: `
        type Query { authors: [Account], author(id: ID): Account, posts: [Post!] }
        type Account @key(fields: "id") @interfaceObject { id: ID!, posts: [Post], active: Boolean, notes: String, name: String @external, greeting(loud: Boolean): String @requires(fields: "name") }
        type Post @key(fields: "id") { id: ID!, author: Account, likes: Int }`,
      stats: `
        type Account @key(fields: "id") @interfaceObject { id: ID!, score(of: Int): String, broken: String, others: [Post] } type Post @key(fields: "id") { id: ID!, shares: Int }`,
    },
    cases: [
      {
        title: 'adds fields to every type of the interface',
        query: '{ users { name greeting ... on Admin { rights posts { id } } } }',
        data: {
          users: [
            {
              name: 'name of Admin/1',
              greeting: 'greeting by {"name":"name of Admin/1"} of Admin/1',
              rights: Array(2).fill('rights of Admin/1'),
              posts: [{ id: 'Post/1' }, { id: 'Post/2' }],
            },
            { name: 'name of Guest/2', greeting: 'greeting by {"name":"name of Guest/2"} of Guest/2' },
          ],
        },
      },
      {
        title: 'gets the type of an object from the subgraph with the interface',
        query: '{ authors { __typename id ... on Guest { name } ... on Admin { greeting } } }',
        data: {
          authors: [
            { __typename: 'Admin', id: 'Admin/1', greeting: 'greeting by {"name":"name of Admin/1"} of Admin/1' },
            { __typename: 'Guest', id: 'Guest/2', name: 'name of Guest/2' },
          ],
        },
      },
      {
        title: 'answers its own fields without that subgraph',
        query: '{ authors { id } posts { author { ... on Account { id } } } }',
        down: ['accounts'],
        data: {
          authors: [{ id: 'Admin/1' }, { id: 'Guest/2' }],
          posts: [{ author: { id: 'Admin/1' } }, { author: { id: 'Guest/2' } }],
        },
      },
    ],
  },
  {
    name: '@interfaceObject, one requiring what another one requires',
    subgraphs: {
      accounts: `
        type Query { user: Account }
        interface Account @key(fields: "id") { id: ID!, name: String }
        type Admin implements Account @key(fields: "id") { id: ID!, name: String }`,
      posts: `
        type Account @key(fields: "id") @interfaceObject { id: ID!, name: String @external, greeting(loud: Boolean): String @requires(fields: "name") }`,
      stats: `
        type Account @key(fields: "id") @interfaceObject { id: ID!, best: Account, active: String, greeting(loud: Boolean): String @external, rank: String @requires(fields: "greeting(loud: true)") }`,
    },
    generated: false,
    cases: [
      {
        title: 'gets its requirements in order',
        wrong: ['apollo', 'compiled'],
        query: '{ user { rank } }',
        data: {
          user: {
            rank: String.raw`rank by {"greeting":"greeting(loud: true) by {\"name\":\"name of Admin/1\"} of Admin/1"} of Admin/1`,
          },
        },
      },
    ],
  },
  {
    name: '@provides, nested, on an interface and on a union',
    subgraphs: {
      front: `
        type Query { top: Holder @provides(fields: "item { ... on Lamp { watts maker { name } } ... on Desk { wide } }"),
          show: Thing @provides(fields: "... on Desk { label } ... on Lamp { label watts }"), lamps: [Lamp] @provides(fields: "maker { name land { code } }"), bare: [Lamp] }
        type Holder { item: Item }
        union Item = Lamp | Desk
        interface Thing { id: ID!, label: String }
        type Lamp implements Thing @key(fields: "id") { id: ID!, label: String @external, watts: Int @external, maker: Maker @external }
        type Desk implements Thing @key(fields: "id") { id: ID!, label: String @external, wide: Int @external }
        type Maker @key(fields: "id") { id: ID!, name: String @external, land: Land @external }
        type Land @key(fields: "code") { code: ID! }`,
      back: `
        type Lamp @key(fields: "id") { id: ID!, label: String @shareable, watts: Int @shareable, maker: Maker @shareable, glow: String }
        type Desk @key(fields: "id") { id: ID!, label: String @shareable, wide: Int @shareable }
        type Maker @key(fields: "id") { id: ID!, name: String @shareable, land: Land @shareable, since: Int }
        type Land @key(fields: "code") { code: ID!, name: String }`,
    },
    cases: [
      {
        title: 'needs only the subgraph that provides the field',
        query:
          '{ top { item { ... on Lamp { maker { name } } ... on Desk { id } } } show { label } lamps { maker { name land { code } } } }',
        down: ['back'],
        data: {
          top: { item: { id: 'Desk/1' } },
          show: { label: 'label of Desk/1' },
          lamps: [1, 2].map((n) => ({ maker: { name: `name of Maker/${n}`, land: { code: `code of Land/${n}` } } })),
        },
      },
      {
        title: 'fetches from the other subgraph elsewhere',
        query: '{ bare { maker { name land { name } } glow } }',
        data: {
          bare: [1, 2].map((n) => ({
            maker: { name: `name of Maker/${n}`, land: { name: `name of Land/${n}` } },
            glow: `glow of Lamp/${n}`,
          })),
        },
      },
    ],
  },
  {
    name: 'one field of several types, within and without conditions',
    subgraphs: {
      a: `
        type Query { list: [I], one: I }
        interface I { id: ID, kind: String, near: J, all: [J] }
        interface J { id: ID, mark: String }
        type A implements I & J @key(fields: "id") { id: ID, kind: String!, near: J, all: [J!]!, mark: String! }
        type B implements I & J @key(fields: "id") { id: ID!, kind: String, near: J!, all: [J], mark: String }
        type C implements J { id: ID!, mark: String! }`,
      b: `
        type A @key(fields: "id") { id: ID, size: Int }
        type B @key(fields: "id") { id: ID, size: Int }`,
    },
    cases: [
      {
        title: 'has an alias in a fragment with a condition',
        wrong: ['apollo'],
        query: 'query ($r: Boolean!) { list { id ... on B { ... on I @skip(if: $r) { id size_: kind } } } }',
        variables: { r: false },
        data: { list: [{ id: 'A/1' }, { id: 'B/2', size_: 'kind of B/2' }] },
      },
      {
        title: 'has an alias below a field with an alias',
        wrong: ['apollo'],
        query: `query ($r: Boolean!) { list {
          ... on A { near { ... on A { mark } ... on B { id mark } ... on C { mark } } }
          ... on B { near { ... on A { mark } ... @include(if: $r) { ... on B { id mark } } ... on C { mark } } } } }`,
        variables: { r: true },
        data: { list: [{ near: { mark: 'mark of A/1' } }, { near: { id: 'B/2', mark: 'mark of B/2' } }] },
      },
      {
        title: 'has an alias in a fragment without a type',
        wrong: ['apollo'],
        query: `query ($r: Boolean!) { ...F @include(if: $r) one { id } }
          fragment F on Query { one { ... on A { size id } ... on B { size id } } }`,
        variables: { r: true },
        data: { one: { size: 366, id: 'A/1' } },
      },
    ],
  },
  {
    name: 'an interface whose field has a narrower type in each implementation',
    subgraphs: {
      list: `
        type Query { goods: [Good], good: Good }
        interface Good { id: ID! }
        type Chair implements Good @key(fields: "id") { id: ID! }
        type Book implements Good @key(fields: "id") { id: ID!, year: Int }
        type Vase implements Good @key(fields: "id") { id: ID! }`,
      details: `
        interface Good { id: ID!, details: Details, must: Details!, all: [Details!] }
        interface Details { name: String }
        type ChairDetails implements Details { name: String, color: String, of: Good }
        type BookDetails implements Details { name: String, pages: Int }
        type Chair implements Good @key(fields: "id") { id: ID!, details: ChairDetails, must: ChairDetails!, all: [ChairDetails!] }
        type Book implements Good @key(fields: "id") { id: ID!, details: BookDetails, must: BookDetails!, all: [BookDetails!] }
        type Vase implements Good @key(fields: "id") { id: ID!, details: Details, must: Details!, all: [Details!] }`,
    },
    fixed: { 'Query.goods': ['Chair/1', 'Book/1'] },
    cases: [
      {
        title: 'is an object without fields where none is selected on its type',

        query: '{ goods { details { ... on ChairDetails { color } } } }',
        data: { goods: [{ details: { color: 'color of Chair/1.details' } }, { details: {} }] },
      },
      {
        title: 'is no null where it must not be, nor in a list',

        query: `{ goods { ... on Book { year } must { ...F } all { ...F } } }
          fragment F on Details { ... on Details { ... on ChairDetails { color } } }`,
        data: {
          goods: [
            {
              must: { color: 'color of Chair/1.must' },
              all: [0, 1].map((n) => ({ color: `color of Chair/1.all.${n}` })),
            },
            { year: 374, must: {}, all: [{}, {}] },
          ],
        },
      },
    ],
  },
]

function fails(): never {
  throw new Error('There is no such thing.')
}
