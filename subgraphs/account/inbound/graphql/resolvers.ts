import { GraphQLError } from 'graphql'
import type { Complete } from '../../../../chassis/graphql/resolvers.ts'
import { typeOf } from '../../../../chassis/graphql/resolvers.ts'
import { changeName, eraseMe, removeAddress, saveAddress } from '../../application/me.ts'
import { nationalNumber, phoneIn } from '../../application/phone.ts'
import { isErased, seenBy, type User, type UserReference } from '../../domain/user.ts'
import type { Context, UserView } from './context.ts'
import type { Resolvers, ResolversParentTypes } from './types.generated.ts'

/** Fields whose reading is in the audit trail: what is personal beside the name, which others are shown. */
export const personalData = ['User.phone', 'User.addresses']

/** Async throughout: a reference resolver that throws at once would cost the whole list of entities. */
const seen = async (reference: UserReference, { readerId, users }: Context): Promise<UserView | null> => {
  const user = await users.load(reference.id)
  const shown = user && seenBy(readerId, user, reference)
  return shown && { ...shown, disclosed: reference.disclosed ?? false }
}

/** Of oneself. */
const whole = (user: User): UserView => ({ ...user, disclosed: true })

const isOwn = ({ id }: UserView, { readerId }: Context) => id === readerId

export const resolvers: Complete<Resolvers, ResolversParentTypes> = {
  Query: {
    me: async (_, __, { readerId, users }) => {
      const user = readerId ? await users.load(readerId) : null
      return user && !isErased(user) ? whole(user) : null
    },
  },
  Mutation: {
    changeName: async (_, { input }, context) => changeName(context.ports, callerOf(context), input),
    saveAddress: async (_, { input }, context) => saveAddress(context.ports, callerOf(context), input),
    removeAddress: async (_, { input }, context) => removeAddress(context.ports, callerOf(context), input),
    eraseMe: async (_, { input }, context) => eraseMe(context.ports, callerOf(context), input, Date.now()),
  },
  User: {
    __resolveReference: seen,
    phone: async (user, _, context) => {
      if (!isOwn(user, context)) return null
      const phones = (await context.ports.users.signInsOf(user.id)).flatMap((signIn) => phoneIn(signIn) ?? [])
      return phones[0] ? nationalNumber(phones[0]) : null
    },
    addresses: async (user, _, context) =>
      isOwn(user, context) ? ((await context.ports.addresses.of([user.id])).get(user.id) ?? []) : null,
  },
  SavedAddress: { addressKey: ({ key }) => key },
  MePayload: { me: ({ me }) => whole(me) },
  ChangeNameResult: { __resolveType: typeOf },
  SaveAddressResult: { __resolveType: typeOf },
  RemoveAddressResult: { __resolveType: typeOf },
  EraseMeResult: { __resolveType: typeOf },
}

/** The user who calls; machine clients are no users. */
function callerOf({ readerId }: Context): string {
  if (readerId) return readerId
  throw new GraphQLError('Only a person may do this.', { extensions: { code: 'FORBIDDEN' } })
}
