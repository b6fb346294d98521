import { expect, it } from '@jest/globals'
import { memoryPorts } from '../testing/memory-ports.ts'
import { registerApp } from './apps.ts'

const shop = { id: 'shop', name: 'Shop', redirectUris: ['https://shop.example/callback'], replace: false }

it('registers an app once, and replaces it only if that is asked for', async () => {
  const { apps, clients } = memoryPorts()
  expect(await registerApp(apps, { ...shop, replace: true })).toEqual({ problem: 'There is no app shop to replace.' })
  expect(await registerApp(apps, shop)).toEqual({ done: 'People can sign in to shop.' })
  expect(await registerApp(apps, shop)).toEqual({ problem: expect.stringContaining('--replace') })
  const redirectUris = ['https://shop.example/callback', 'com.example.shop:/callback']
  expect(await registerApp(apps, { ...shop, redirectUris, replace: true })).toHaveProperty('done')
  expect(await apps.find('shop')).toEqual({ id: 'shop', name: 'Shop', redirectUris })
  await clients.add({ id: 'reports', name: 'Reports', secretHash: '', scopes: [] })
  expect(await registerApp(apps, { ...shop, id: 'reports' })).toHaveProperty('problem')
})

it.each([
  'http://shop.example/callback',
  'http://localhost:3000/',
  'https://shop.example/#callback',
  'https://user@shop.example/',
  'shop:/callback',
  'javascript:alert(1)',
  'shop.example/callback',
  '',
])('does not call an app back at %j', async (uri) => {
  const { apps } = memoryPorts()
  expect(await registerApp(apps, { ...shop, redirectUris: [uri] })).toHaveProperty('problem')
  expect(await apps.find('shop')).toBeNull()
})

it.each(['account', 'development', 'demo', 'x', 'Shop', '01900000-0000-7000-8000-000000000001'])(
  'gives no app the id %s',
  async (id) => {
    expect(await registerApp(memoryPorts().apps, { ...shop, id })).toHaveProperty('problem')
  },
)

it.each(['', ' ', '\u200b', 'a'.repeat(101)])('gives no app the name %j, which nobody can read', async (name) => {
  const { apps } = memoryPorts()
  expect(await registerApp(apps, { ...shop, name })).toEqual({ problem: expect.stringContaining('name') })
  expect(await registerApp(apps, shop)).toHaveProperty('done')
  expect(await registerApp(apps, { ...shop, name, replace: true })).toHaveProperty('problem')
})

it('has an address, and not too many', async () => {
  const { apps } = memoryPorts()
  const many = Array.from({ length: 11 }, (_, n) => `https://shop.example/${n}`)
  for (const redirectUris of [[], many])
    expect(await registerApp(apps, { ...shop, redirectUris })).toEqual({ problem: 'An app has 1 to 10 addresses.' })
})
