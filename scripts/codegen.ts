import type { CodegenConfig } from '@graphql-codegen/cli'
import { sdlOf } from '../chassis/graphql/sdl.ts'

/** Failures and results are what the use cases return, told apart by their `type`; paths as seen from the generated file. */
const failures = Object.fromEntries(
  ['InvalidInput', 'NotFound', 'WrongState', 'IdempotencyConflict'].map((name) => [
    name,
    `../../../../chassis/failures.ts#${name} as ${name}Of`,
  ]),
)

/** Which type of ours stands behind a GraphQL type, by context. */
const mappers: Record<string, Record<string, string>> = {
  order: {
    Order: './views.ts#OrderView',
    OrderLine: '../../domain/order.ts#Line',
    OrderPayload: '../../application/pay-order.ts#OrderPayload as OrderPayloadOf',
    PaymentDeclined: '../../application/pay-order.ts#PaymentDeclined as PaymentDeclinedOf',
    PaymentDeferred: '../../application/pay-order.ts#PaymentDeferred as PaymentDeferredOf',
    ...Object.fromEntries(
      ['ItemUnavailable', 'TotalChanged', 'TooManyUnpaid', 'TooManyDeclined'].map((name) => [
        name,
        `../../application/place-order.ts#${name} as ${name}Of`,
      ]),
    ),
  },
  item: {
    Item: '../../domain/item.ts#Item as ItemOf',
    ItemPayload: '../../application/change-item.ts#ItemPayload as ItemPayloadOf',
  },
  account: { User: './context.ts#UserView' },
  payment: { Payment: './views.ts#PaymentView' },
  'my-page': { MyPageEntry: '../../domain/entry.ts#MyPageEntry as MyPageEntryOf' },
  store: {
    User: './context.ts#NamedUser',
    Store: '../../domain/store.ts#Store as StoreOf',
    StoreOrder: '../../domain/store-order.ts#OpenedOrder',
    StorePayload: '../../application/register-store.ts#StorePayload as StorePayloadOf',
    StoreOrderPayload: '../../application/work-on-order.ts#StoreOrderPayload as StoreOrderPayloadOf',
  },
  delivery: {
    Delivery: '../../domain/delivery.ts#KnownDelivery',
    DeliveryPayload: '../../application/ride.ts#DeliveryPayload as DeliveryPayloadOf',
  },
}

/** One committed types.generated.ts per subgraph, beside its SDL: `npm run generate`; drift fails `npm run check`. */
const config: CodegenConfig = {
  generates: Object.fromEntries(
    ['order', 'payment', 'store', 'delivery', 'item', 'my-page', 'account'].map((context) => [
      `subgraphs/${context}/inbound/graphql/types.generated.ts`,
      {
        schema: sdlOf(new URL(`../subgraphs/${context}/inbound/graphql/${context}.graphql`, import.meta.url)),
        plugins: ['typescript', 'typescript-resolvers'],
        config: {
          federation: true,
          useTypeImports: true,
          contextType: './context.ts#Context',
          mappers: { ...failures, ...mappers[context] },
          scalars: {
            DateTime: { input: 'string', output: 'Date' },
            Cursor: 'string',
            ID: 'string',
          },
          enumsAsTypes: true,
        },
      },
    ]),
  ),
}

export default config
