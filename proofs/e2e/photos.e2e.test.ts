import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import sharp from 'sharp'
import { until } from '../../chassis/testing/until.ts'
import { type Stack, startStack } from '../testing/stack.ts'
import { idOf } from './ids.ts'
import { type MenuItem, type People, people } from './people.ts'
import { aJpeg, upload } from './photos.ts'

let stack: Stack
let app: People
let item: MenuItem
beforeAll(async () => {
  stack = await startStack()
  app = await people(stack)
  item = await app.itemCalled('장미 한바구니')
})
afterAll(async () => stack?.stop())

type Upload = Parameters<typeof upload>[2]
const send = (who: 'lee' | 'kj' | 'rider' | 'bundang', input: Upload, file?: Buffer) =>
  upload({ ...app, url: stack.url }, who, input, file)

const DECORATE = `mutation ($id: ID!, $photoId: ID!) { decorateOrder(input: { orderId: $id, photoId: $photoId }) {
  __typename ... on InvalidInput { problems { path } } } }`
const COMPLETE = `mutation ($id: ID!, $photoId: ID!) { completeDelivery(input: { deliveryId: $id, photoId: $photoId }) {
  __typename ... on InvalidInput { problems { path } } } }`
const PHOTOS = `query ($id: ID!) { order(id: $id) {
  storeOrder { photo { url width height } } delivery { attempts { photo { url(size: SMALL) } } } lines { item { photo { url } } } } }`

type Shown = { url: string; width: number; height: number } | null
type Read = {
  order: {
    storeOrder: { photo: Shown } | null
    delivery: { attempts: { photo: Shown }[] } | null
    lines: { item: { photo: Shown } | null }[]
  } | null
}
const read = async (who: 'lee' | 'hong' | 'kj', id: string) => (await app.as<Read>(who, PHOTOS, { id })).data?.order
const pictureAt = async (shown: Shown | undefined) => {
  const response = await fetch(new URL(shown?.url ?? '', stack.url))
  return { status: response.status, format: (await sharp(await response.arrayBuffer()).metadata()).format }
}

describe('photos', () => {
  it('show the item, the flowers before they leave, and the proof, to whom they are for', async () => {
    const { order } = await app.place('lee', item, 1)
    const { order: another } = await app.place('lee', item, 1)
    await app.stepWhenReady('kj', 'receive', order.id)
    const invalid = { __typename: 'InvalidInput', problems: [{ path: ['photoId'] }] }
    const { photoId: ofAnother } = await send('kj', { purpose: 'READY', orderId: another.id })
    const { photoId: ofAnotherOwner } = await send('bundang', { purpose: 'READY', orderId: order.id })
    for (const photoId of [ofAnother, ofAnotherOwner, 'no id'])
      expect(await app.mutate('kj', DECORATE, { id: order.id, photoId })).toMatchObject(invalid)
    const { photoId: ready } = await send('kj', { purpose: 'READY', orderId: order.id })
    expect(await app.mutate('kj', DECORATE, { id: order.id, photoId: ready })).toMatchObject({
      __typename: 'StoreOrderPayload',
    })
    await app.stepWhenReady('rider', 'depart', order.id)
    const deliveryId = idOf('Delivery', order.id)
    const complete = (photoId: string) => app.mutate('rider', COMPLETE, { id: deliveryId, photoId })
    expect(await complete(ready)).toMatchObject(invalid)
    const { photoId: proof } = await send('rider', { purpose: 'PROOF', deliveryId })
    expect(await complete(proof)).toMatchObject({ __typename: 'DeliveryPayload' })

    for (const who of ['lee', 'kj'] as const) {
      const seen = await until(async () => {
        const order_ = await read(who, order.id)
        return order_?.delivery?.attempts[0]?.photo && order_
      }, `${who} sees the proof`)
      expect(seen.storeOrder?.photo).toMatchObject({ width: 40, height: 30 })
      for (const shown of [seen.storeOrder?.photo, seen.delivery?.attempts[0]?.photo, seen.lines[0]?.item?.photo])
        expect(await pictureAt(shown)).toEqual({ status: 200, format: 'webp' })
    }
    expect(await read('hong', order.id)).toBeNull()
  })

  it('are uploaded by the role that they are for', async () => {
    const ask = async (who: 'lee' | 'kj' | 'rider', input: Upload) => {
      const request = 'mutation ($input: RequestUploadInput!) { requestUpload(input: $input) { __typename } }'
      const { data, errors } = await app.as<{ requestUpload: { __typename: string } | null }>(who, request, { input })
      return data?.requestUpload?.__typename ?? errors?.[0]?.extensions?.code
    }
    const { order } = await app.place('lee', item, 1)
    const [ready, proof]: Upload[] = [
      { purpose: 'READY', orderId: order.id },
      { purpose: 'PROOF', deliveryId: idOf('Delivery', order.id) },
    ]
    if (!ready || !proof) throw new Error('There are two.')
    expect([await ask('lee', ready), await ask('rider', ready), await ask('kj', ready)]).toEqual([
      'FORBIDDEN',
      'FORBIDDEN',
      'UploadPayload',
    ])
    expect([await ask('lee', proof), await ask('kj', proof), await ask('rider', proof)]).toEqual([
      'FORBIDDEN',
      'FORBIDDEN',
      'UploadPayload',
    ])
  })

  it('are refused through the router as they are behind it', async () => {
    const input = { purpose: 'ITEM', storeId: item.store.id } as const
    const big = Buffer.concat([await aJpeg(), Buffer.alloc(8 * 1024 * 1024)])
    expect((await send('kj', input, big)).status).toBe(413)
    expect((await send('kj', input, Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))).status).toBe(415)
    expect((await fetch(`${new URL('/photos', stack.url)}`, { method: 'POST', body: 'x' })).status).toBe(401)
  })
})
