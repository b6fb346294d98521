import { z } from 'zod'
import { accountFacts } from './account.ts'
import { deliveryFacts } from './delivery.ts'
import { itemFacts } from './item.ts'
import { orderFacts } from './order.ts'
import { paymentFacts } from './payment.ts'
import { storeFacts } from './store.ts'

/** Every fact's contract by its publisher (docs/language.md). A fact is published by its owner only. */
export const published = {
  order: orderFacts,
  payment: paymentFacts,
  item: itemFacts,
  store: storeFacts,
  delivery: deliveryFacts,
  account: accountFacts,
}

export type Publisher = keyof typeof published

/** Every fact's contract by its name; contracts only ever grow by optional fields (samples/ prove it). */
export const contracts = {
  ...orderFacts,
  ...paymentFacts,
  ...itemFacts,
  ...storeFacts,
  ...deliveryFacts,
  ...accountFacts,
}

export type FactName = keyof typeof contracts

/** A fact as a domain function says it. */
export type Said<Name extends FactName = FactName> = {
  [N in Name]: { type: N; data: z.infer<(typeof contracts)[N]> }
}[Name]

/** The facts one context says. */
export type SaidBy<P extends Publisher> = Said<keyof (typeof published)[P] & FactName>

const envelope = z.object({
  id: z.uuid(),
  version: z.literal(1),
  occurredAt: z.iso.datetime(),
  correlationId: z.uuid(),
  causationId: z.uuid(),
})

/** What every message has, before it's known which fact it is. */
const outline = z.looseObject({ type: z.string(), data: z.unknown() })

/** A fact as it is heard. */
export type Fact<Name extends FactName = FactName> = Said<Name> & z.infer<typeof envelope>

const isFactName = (type: unknown): type is FactName => typeof type === 'string' && Object.hasOwn(contracts, type)

/** Reads a fact off the wire by its contract; throws (naming the field) where it does not hold. Unknown fields are dropped. */
export function readFact(wire: unknown): Fact {
  const { type, data, ...rest } = outline.parse(wire)
  if (!isFactName(type)) throw new Error(`There is no fact called ${type}.`)
  // The contract looked up under `type` has just parsed `data`: the pair belongs together, which TypeScript can't see.
  return { ...envelope.parse(rest), type, data: contracts[type].parse(data) } as Fact
}

const PUBLISHERS = new Map(
  Object.entries(published).flatMap(([publisher, facts]) => Object.keys(facts).map((name) => [name, publisher])),
)

/** What a fact is about: its order, else its item, its store, or its user. Facts of one key are published in order. */
export function keyOf({
  data,
}: {
  data: { orderId?: string; itemId?: string; storeId?: string; userId?: string }
}): string {
  const key = data.orderId ?? data.itemId ?? data.storeId ?? data.userId
  if (!key) throw new Error('A fact is about an order, an item, a store or a user.')
  return key
}

/** The JetStream subject: `facts.<publisher>.<Fact>.<key>`; with no key given, a filter for all keys. */
export const subjectOf = (type: FactName, key = '*'): string => `facts.${PUBLISHERS.get(type)}.${type}.${key}`

/**
 * Reads a fact that was published on `subject`; throws where its contract does not hold, or where the subject is not this fact's:
 * NATS lets a context publish on its own subjects only, so that another context's fact on them is a forgery.
 */
export function readFactOn(subject: string, wire: unknown): Fact {
  const fact = readFact(wire)
  const own = subjectOf(fact.type, keyOf(fact))
  if (subject !== own)
    throw new Error(`A fact ${fact.type} of this key is published on ${own} only, not on ${subject}.`)
  return fact
}

/**
 * A context's further durable consumers, by name, with the facts that each consumes. What a release hears in addition needs one:
 * a consumer whose filter is widened gets no earlier facts, and gives the new ones also to processes of the release before, which
 * cannot read them.
 */
export type LaterConsumers = { readonly [consumer: string]: readonly FactName[] }

/** The subjects of the facts that a context's `hears` table lists, without those of its later consumers. */
export function subjectsOf(hears: object, later: LaterConsumers = {}): string[] {
  const others: readonly string[] = Object.values(later).flat()
  // The keys of a `hears` table are names of facts.
  const names = Object.keys(hears) as FactName[]
  return names.filter((name) => !others.includes(name)).map((name) => subjectOf(name))
}

/** The subjects of each later consumer. */
export const laterSubjectsOf = (later: LaterConsumers): { [consumer: string]: string[] } =>
  Object.fromEntries(Object.entries(later).map(([consumer, facts]) => [consumer, facts.map((name) => subjectOf(name))]))
