import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Blobs, BlobsFull, openBlobs } from '../../chassis/nats/blobs.ts'
import { connectNats, type Nats } from '../../chassis/nats/connection.ts'
import { setUpStreams } from '../../chassis/nats/keep-streams.ts'
import { type NatsServer, natsServer } from '../../chassis/testing/nats-server.ts'
import { until } from '../../chassis/testing/until.ts'
import { natsUsers } from '../../scripts/launcher/infrastructure/nats-users.ts'
import { bucket } from '../../subgraphs/media/outbound/nats/bucket.ts'

const MOST = 1_000_000
let server: NatsServer
let nats: Nats
let blobs: Blobs
beforeAll(async () => {
  server = await natsServer(await natsUsers())
  await setUpStreams(server.url)
  nats = await connectNats(server.urlOf('media'), 'media')
  blobs = openBlobs(nats, { name: bucket, maxBytes: MOST })
})
afterAll(async () => {
  await nats.end()
  await server.end()
})
const bytes = (size: number, value = 7) => new Uint8Array(size).fill(value)
const sizeOf = async () => (await nats.manager.streams.info('PHOTOS')).state.bytes

describe('media’s bucket, with the rights of media', () => {
  it('keeps objects by name, lists and removes them, and leaves nothing', async () => {
    expect(await blobs.get('a.LARGE')).toBeNull()
    await blobs.put('a.LARGE', bytes(300_000))
    await blobs.put('a.LARGE', bytes(300_000, 8))
    await blobs.put('a.SMALL', bytes(10))
    await blobs.put('b.LARGE', bytes(20))
    expect(await blobs.get('a.LARGE')).toEqual(bytes(300_000, 8))
    expect((await blobs.names()).sort()).toEqual(['a.LARGE', 'a.SMALL', 'b.LARGE'])
    await blobs.remove('a')
    expect([await blobs.get('a.LARGE'), await blobs.names()]).toEqual([null, ['b.LARGE']])
    await blobs.remove('b')
    expect(await sizeOf()).toBe(0)
  })

  it('is full at its limit, keeps what it has, and has room again when something is removed', async () => {
    await blobs.put('a.LARGE', bytes(900_000))
    await expect(blobs.put('b.LARGE', bytes(200_000))).rejects.toBeInstanceOf(BlobsFull)
    expect((await blobs.get('a.LARGE'))?.length).toBe(900_000)
    await blobs.remove('a')
    await blobs.put('b.LARGE', bytes(200_000))
    await blobs.remove('b')
  })

  it('is made again if it is lost', async () => {
    await blobs.put('a.LARGE', bytes(1))
    await server.kill()
    server.wipe()
    await server.start()
    await until(() => blobs.put('a.LARGE', bytes(2)).then(() => true))
    expect(await blobs.get('a.LARGE')).toEqual(bytes(2))
  })

  it('is all that media has: no facts, no other stream, and no more than its account may store', async () => {
    const { manager } = nats
    await expect(manager.streams.info('FACTS')).rejects.toThrow()
    await expect(manager.streams.add({ name: 'OTHER', subjects: ['other.>'] })).rejects.toThrow()
    const large = { name: 'PHOTOS', subjects: ['photos.>'], max_bytes: 5_000_000_000 }
    await expect(manager.streams.update('PHOTOS', large)).rejects.toThrow(/insufficient|exceed|resources/i)
    await expect(manager.streams.delete('PHOTOS')).rejects.toThrow()
  })

  it('is nobody else’s', async () => {
    const item = await connectNats(server.urlOf('item'), 'item')
    await expect(item.manager.streams.info('PHOTOS')).rejects.toThrow()
    await item.end()
    const admin = await connectNats(server.url, 'administrator')
    await expect(admin.manager.streams.info('PHOTOS')).rejects.toThrow()
    await admin.end()
  })
})
