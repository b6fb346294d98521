import { requireRole } from '../../../../chassis/graphql/callers.ts'
import { badInput } from '../../../../chassis/graphql/list-arguments.ts'
import { type Complete, typeOf } from '../../../../chassis/graphql/resolvers.ts'
import type { PaymentContext } from '../../wire.ts'
import type { Context } from './context.ts'
import type { Resolvers, ResolversParentTypes } from './types.generated.ts'
import { answerView, type PaymentView, viewFor } from './views.ts'

/** The resolvers of the payment subgraph. All are async, because a reference that throws synchronously fails the whole list. */
export function resolversOn({ commands }: Pick<PaymentContext, 'commands'>): Complete<Resolvers, ResolversParentTypes> {
  return {
    Query: {
      payment: async (_, { id, reference }, context) => {
        // The provider is given the order's id as the reference, which is the payment's too.
        const [given, ...more] = [id, reference].filter((each) => each != null)
        if (given === undefined || more.length) throw badInput('payment: either id or reference.')
        return readPayment(context, given)
      },
    },
    Mutation: {
      refundPart: async (_, { input }, { claims }) =>
        answerView(await commands.refundPart(requireRole(claims, 'STORE_OWNER').sub, input)),
    },
    Payment: {
      __resolveReference: async ({ id }, context) => readPayment(context, id),
      order: ({ id, isPersons }) => (isPersons ? { id } : null),
    },
    Order: {
      __resolveReference: async ({ id }) => ({ id }),
      payment: ({ id }, _, context) => readPayment(context, id),
    },
    RefundPartResult: { __resolveType: typeOf },
  }
}

async function readPayment({ claims, reads }: Context, id: string): Promise<PaymentView | null> {
  const payment = claims && (await reads.payments.load(id))
  const ownerOf = async (storeId: string) => (await reads.stores.load(storeId))?.ownerId
  return payment && viewFor(claims, payment, ownerOf)
}
