import { readConfig } from '../../chassis/config.ts'
import { every } from '../../chassis/every.ts'
import { newId } from '../../chassis/ids.ts'
import { connectBlobs } from '../../chassis/nats/blobs.ts'
import { runService } from '../../chassis/service.ts'
import { mediaConfig } from './config.ts'
import { contextFrom } from './inbound/graphql/context.ts'
import { resolversOn } from './inbound/graphql/resolvers.ts'
import { photosRoute } from './inbound/http/photos.ts'
import { bucket } from './outbound/nats/bucket.ts'
import { natsPictures } from './outbound/nats/pictures.ts'
import { postgresPhotos, schema } from './outbound/postgres/database.ts'
import { encode } from './outbound/sharp/encode.ts'
import { wire } from './wire.ts'

const config = readConfig(mediaConfig)

await runService({
  name: 'media',
  config,
  schema,
  typeDefs: new URL('./inbound/graphql/media.graphql', import.meta.url),
  hears: [],
  says: false,
  wire: ({ orm, log }) => {
    const blobs = connectBlobs(config, 'media', { name: bucket, maxBytes: config.PHOTOS_MAX_BYTES }, log)
    const photos = postgresPhotos(orm)
    const media = wire({
      photos,
      pictures: natsPictures(blobs.now),
      encode,
      now: () => new Date(),
      newId,
      settings: {
        mediaSecret: config.MEDIA_SECRET,
        photoKeys: {
          ITEM: config.PHOTO_KEY_ITEM,
          READY: config.PHOTO_KEY_STORE,
          PROOF: config.PHOTO_KEY_DELIVERY,
        },
        url: config.PHOTOS_URL,
        mostUploadsADay: config.MOST_UPLOADS_A_DAY,
      },
    })
    return {
      resolvers: resolversOn(media),
      contextOf: contextFrom(photos),
      routes: { '/photos': photosRoute(media) },
      needs: [{ name: 'nats', required: false, check: blobs.check }],
      jobs: [every(60_000, media.removeDue, log), every(60 * 60_000, media.removeStray, log), blobs],
    }
  },
})
