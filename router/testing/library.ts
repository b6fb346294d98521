import type { SubgraphDefinition } from './subgraph.ts'

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7",
  import: ["@key", "@external", "@requires", "@shareable", "@inaccessible", "@tag"])`

const works = [
  { __typename: 'Book', id: 'b1', title: 'Emma', weight: 300 },
  { __typename: 'Film', id: 'f1', title: 'Metropolis', minutes: 153 },
  { __typename: 'Book', id: 'b2', title: 'Faust', weight: 200 },
]
const books = works.filter((work) => work.__typename === 'Book')

const catalog: SubgraphDefinition = {
  name: 'catalog',
  typeDefs: `${LINK}
    type Query { books(first: Int = 10): [Book], book(id: ID!): Book, search(text: String!): [Work], all: [Found!]!, library: Library @shareable }
    type Mutation { addBook(book: NewBook!): Book! }
    input NewBook { title: String!, weight: Int = 100 }
    interface Work { id: ID!, title: String! }
    union Found = Book | Film
    type Book implements Work @key(fields: "id") { id: ID!, title: String!, weight: Int, shelfMark: String @inaccessible @tag(name: "internal") }
    type Film implements Work @key(fields: "id") { id: ID!, title: String!, minutes: Int }
    type Library @shareable { name: String, size: Int }`,
  resolvers: {
    Query: {
      books: (_: unknown, { first }: { first: number }) => books.slice(0, first),
      book: (_: unknown, { id }: { id: string }) => {
        if (id === 'broken') throw new Error('The shelf fell over.')
        return books.find((book) => book.id === id) ?? null
      },
      search: (_: unknown, { text }: { text: string }) => works.filter((work) => work.title.includes(text)),
      all: () => works,
      library: () => ({ name: 'Old', size: 3 }),
    },
    Mutation: { addBook: (_: unknown, { book }: { book: object }) => ({ id: 'b9', ...book }) },
    Book: { __resolveReference: async ({ id }: { id: string }) => books.find((book) => book.id === id) },
    Film: { __resolveReference: async ({ id }: { id: string }) => works.find((work) => work.id === id) },
  },
}

const reviews: SubgraphDefinition = {
  name: 'my-reviews',
  typeDefs: `${LINK}
    type Query { latest: [Review!] }
    type Mutation { review(bookId: ID!, text: String!): Review }
    type Book @key(fields: "id") { id: ID!, reviews(first: Int): [Review!], rating: Float! }
    type Review @key(fields: "id") { id: ID!, text: String!, book: Book, author: String }`,
  resolvers: {
    Query: { latest: () => [{ id: 'r1', text: 'Fine', book: { id: 'b2' } }] },
    Mutation: {
      review: (_: unknown, { bookId, text }: Record<string, string>) => ({ id: 'r9', text, book: { id: bookId } }),
    },
    Book: {
      __resolveReference: async ({ id }: { id: string }) => ({ id }),
      rating: ({ id }: { id: string }) => (id === 'b1' ? 4.5 : 3),
      reviews: ({ id }: { id: string }) => [{ id: `r-${id}`, text: `About ${id}`, book: { id } }],
    },
    Review: {
      author: ({ id }: { id: string }) => {
        if (id === 'r-b2') throw new Error('The author wants to stay unknown.')
        return 'Ann'
      },
    },
  },
}

const stock: SubgraphDefinition = {
  name: 'stock',
  typeDefs: `${LINK}
    type Query { open: Boolean!, hours: String, library: Library @shareable }
    type Book @key(fields: "id") { id: ID!, weight: Int @external, copies: Int, postage: Int @requires(fields: "weight") }
    type Film @key(fields: "id") { id: ID!, copies: Int }
    type Library @shareable { name: String, rooms: Int }`,
  resolvers: {
    Query: { open: () => true, hours: () => '9-17', library: () => ({ name: 'Old', rooms: 7 }) },
    Book: {
      __resolveReference: async (reference: { id: string; weight?: number }) => reference,
      copies: ({ id }: { id: string }) => (id === 'b1' ? 1 : 2),
      postage: ({ weight }: { weight: number }) => weight * 2,
    },
    Film: {
      __resolveReference: async ({ id }: { id: string }) => ({ id }),
      copies: () => {
        throw new Error('The reel is being mended.')
      },
    },
  },
}

/** Three subgraphs that join on Book, used by most tests of the router. */
export const library = [catalog, reviews, stock]
