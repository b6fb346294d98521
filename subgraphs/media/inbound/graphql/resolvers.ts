import { requireRole } from '../../../../chassis/graphql/callers.ts'
import type { Complete } from '../../../../chassis/graphql/resolvers.ts'
import { typeOf } from '../../../../chassis/graphql/resolvers.ts'
import { isId } from '../../../../chassis/ids.ts'
import { isStored, roleFor } from '../../domain/photo.ts'
import type { MediaContext } from '../../wire.ts'
import type { Resolvers, ResolversParentTypes } from './types.generated.ts'

/**
 * The resolvers of the media subgraph. A photo is reached only through what it belongs to: whoever names one by its key has decided that
 * the caller may see it, so nothing is decided here.
 */
export function resolversOn({ commands, shows }: MediaContext): Complete<Resolvers, ResolversParentTypes> {
  return {
    Mutation: {
      requestUpload: async (_, { input }, { claims }) =>
        commands.requestUpload(requireRole(claims, roleFor(input.purpose)).sub, input),
    },
    Photo: {
      __resolveReference: async ({ photo: id }, { photos }) => {
        const photo = isId(id) ? await photos.load(id) : null
        return photo && isStored(photo) ? photo : null
      },
      photo: ({ id }) => id,
      url: (photo, { size }) => shows.urlOf(photo, size),
    },
    UploadResult: { __resolveType: typeOf },
  }
}
