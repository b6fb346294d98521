import { expect, it } from '@jest/globals'
import { pagesRig } from '../../testing/pages-rig.ts'
import { beginSignIn, type Visitor } from '../../testing/visitor.ts'

const rig = pagesRig()
const { atNewAddress, newPhone, lastCode, pathOf } = rig

/** What another host of the domain can do: put cookies of its own browser into another one, but no `__Host-` ones. */
function toss(from: Visitor, to: Visitor, path?: string) {
  for (const { name, value, path: own } of from.cookies.values())
    if (!name.startsWith('__Host-')) to.cookies.set(name + (path ?? own), { name, value, path: path ?? own })
}

it('somebody whose browser was given a stranger’s sign-in does not sign the stranger in', async () => {
  const [stranger, victim] = [atNewAddress(), atNewAddress()]
  const begun = await stranger.go(beginSignIn().path)
  const uid = pathOf(begun).split('/').at(-1)
  await victim.go('/account')
  toss(stranger, victim)

  const shown = await victim.go(pathOf(begun))
  expect([shown.status, shown.text.includes('<form')]).toEqual([400, false])
  // Nor by a form of their own.
  const own = await victim.go(beginSignIn().path)
  const forged = { ...own, text: own.text.replaceAll(pathOf(own), pathOf(begun)) }
  expect((await victim.send(forged, pathOf(begun), { phone: newPhone() })).status).toBe(400)
  expect((await victim.send({ ...forged }, '/demo', { user: 'lee' })).status).toBe(400)
  expect((await stranger.go(`/auth/${uid}`)).url).not.toContain('code=')
})

it('somebody whose browser is sent to the end of a stranger’s sign-in is not signed in as the stranger', async () => {
  const [stranger, victim] = [atNewAddress(), atNewAddress()]
  const begun = await stranger.go(beginSignIn().path)
  const uid = pathOf(begun).split('/').at(-1)
  // The stranger proves who they are, and does not go on.
  const cookies = new Map(stranger.cookies)
  const { fetch } = globalThis
  let stopped = false
  globalThis.fetch = (to, init) => {
    stopped = String(to).includes(`/auth/${uid}`)
    return stopped ? Promise.resolve(new Response()) : fetch(to, init)
  }
  await stranger.send(begun, '/demo', { user: 'lee' }).finally(() => {
    globalThis.fetch = fetch
  })
  expect(stopped).toBe(true)
  for (const [key, cookie] of cookies) stranger.cookies.set(key, cookie)

  toss(stranger, victim)
  for (const path of [`/auth/${uid}`, `/auth/${uid}/`, `/AUTH/${uid}`, '/auth/%41']) {
    toss(stranger, victim, path)
    const ended = await victim.go(path)
    expect([path, ended.status >= 400, ended.url.includes('code=')]).toEqual([path, true, false])
  }
  // Nor by the end of a sign-in of their own.
  const own = await victim.go(beginSignIn().path)
  const ownUid = pathOf(own).split('/').at(-1)
  toss(stranger, victim, `/auth/${ownUid}`)
  const mixed = await victim.go(`/auth/${ownUid}`)
  expect([mixed.status, mixed.url.includes('code=')]).toEqual([400, false])
  expect((await victim.go('/account')).text).toContain('href="/account/sign-in"')
  expect((await stranger.go(`/auth/${uid}`)).url).toContain('code=')
})

it('two sign-ins in two tabs of one browser do not get in each other’s way, and leave no cookie', async () => {
  const [one, two] = [await rig.browser.go(beginSignIn().path), await rig.browser.go(beginSignIn().path)]
  for (const page of [one, two]) {
    const asked = await rig.browser.send(page, pathOf(page), { phone: newPhone() })
    expect((await rig.browser.send(asked, '/code', { code: lastCode() })).url).toContain('/name')
  }
  const page = await rig.browser.go(pathOf(two))
  expect((await rig.browser.send(page, '/demo', { user: 'lee' })).url).toContain('code=')
  const left = [...rig.browser.cookies.keys()].filter((name) => name.startsWith('__Host-sign-in-'))
  expect(left).toHaveLength(1)
})

it('a browser keeps a limited number of sign-ins open', async () => {
  for (let n = 0; n < 22; n++) await rig.browser.go(beginSignIn().path)
  const open = [...rig.browser.cookies.keys()].filter((name) => name.startsWith('__Host-sign-in-'))
  expect(open).toHaveLength(20)
  const page = await rig.browser.go(beginSignIn().path)
  expect((await rig.browser.send(page, '/demo', { user: 'lee' })).url).toContain('code=')
})
