import { describe } from '@jest/globals'
import { openBlobs } from '../../chassis/nats/blobs.ts'
import { connectNats } from '../../chassis/nats/connection.ts'
import { contextDatabase } from '../../proofs/testing/context-database.ts'
import { natsPictures } from './outbound/nats/pictures.ts'
import { postgresPhotos, schema } from './outbound/postgres/database.ts'
import { mediaBehaviour } from './testing/behaviour.ts'

describe('media, on PostgreSQL and NATS', () => {
  mediaBehaviour(async () => {
    const database = await contextDatabase({ name: 'media', schema })
    const nats = await connectNats(process.env.TEST_NATS_URL ?? '', 'media')
    const blobs = openBlobs(nats, { name: 'photos-of-a-test', maxBytes: 10_000_000 })
    return {
      photos: postgresPhotos(database.orm),
      pictures: natsPictures(() => blobs),
      close: async () => {
        await nats.manager.streams.delete('PHOTOS-OF-A-TEST')
        await nats.end()
        await database.close()
      },
    }
  })
})
