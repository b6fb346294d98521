import { describe, expect, it } from '@jest/globals'
import { decodeJwt } from 'jose'
import { removeClient } from '../../application/machine-clients.ts'
import { revoke } from '../../application/revocations.ts'
import { demoUsers } from '../../demo-users.ts'
import { pagesRig } from '../../testing/pages-rig.ts'
import { ISSUER } from '../../testing/token-client.ts'
import { appTokens, beginSignIn, CALLBACK, exchange, type Shown } from '../../testing/visitor.ts'

const rig = pagesRig()
const { ports, newPhone, lastCode, refresh, signIn } = rig

/** From now on the first reads of a kind of state wait until there are `callers`: then all have seen the same. */
function together(kind: string, callers: number): () => void {
  const { find } = ports.state
  const all = Promise.withResolvers<void>()
  let waiting = 0
  ports.state.find = async (...given) => {
    const found = await find(...given)
    if (given[0] === kind && waiting < callers) {
      waiting += 1
      if (waiting === callers) all.resolve()
      await all.promise
    }
    return found
  }
  return () => {
    ports.state.find = find
  }
}

describe('tokens of an app', () => {
  it('are refreshed by a token that is good once; used again, all of the family end', async () => {
    const { verifier, callback } = await signIn(newPhone())
    const { body: first } = await exchange(rig.base, callback, verifier)
    const second = await refresh(first.refresh_token)
    expect([second.status, second.body.expires_in]).toEqual([200, 600])
    expect(second.body.refresh_token).not.toBe(first.refresh_token)
    expect((await refresh(first.refresh_token)).body).toMatchObject({ error: 'invalid_grant' })
    expect((await refresh(second.body.refresh_token)).body).toMatchObject({ error: 'invalid_grant' })
  })

  it('end too if one refresh token is used twice at the same time', async () => {
    const { verifier, callback } = await signIn(newPhone())
    const { body } = await exchange(rig.base, callback, verifier)
    const ended = together('RefreshToken', 3)
    const all = await Promise.all([1, 2, 3].map(() => refresh(body.refresh_token)))
    ended()
    const given = all.filter(({ status }) => status === 200)
    expect(given).toHaveLength(1)
    for (const { body } of given) expect((await refresh(body.refresh_token)).status).toBe(400)
  })

  it('have the roles that their user has when they are refreshed', async () => {
    const { verifier, callback } = await signIn(newPhone())
    const { body } = await exchange(rig.base, callback, verifier)
    await ports.users.giveRole(decodeJwt(body.access_token).sub ?? '', 'RIDER')
    const { body: next } = await refresh(body.refresh_token)
    expect(decodeJwt(next.access_token).roles).toEqual(['CUSTOMER', 'RIDER'])
  })

  it('are refreshed no more after signing out', async () => {
    const { verifier, callback } = await signIn(newPhone())
    const { body } = await exchange(rig.base, callback, verifier)
    const after = 'http://localhost:5173/bye'
    const query = new URLSearchParams({ id_token_hint: body.id_token, post_logout_redirect_uri: after, state: 's' })
    const asked = await rig.browser.go(`/session/end?${query}`)
    expect(asked.text).toContain('Sign out?')
    expect((await rig.browser.send(asked, '/confirm', { logout: 'yes' })).url).toBe(`${after}?state=s`)
    expect((await refresh(body.refresh_token)).body).toMatchObject({ error: 'invalid_grant' })
    expect((await rig.browser.go(beginSignIn().path)).url).toContain('/sign-in/')
  })

  it('go on if the person decides to stay', async () => {
    const { callback } = await signIn(newPhone())
    expect(callback).toContain('code=')
    const asked = await rig.browser.go('/session/end')
    expect((await rig.browser.send(asked, '/confirm', {})).status).toBe(200)
    expect((await rig.browser.go(beginSignIn().path)).url).toContain(CALLBACK)
  })

  it('end by a revocation of the refresh token, as of an app on a phone', async () => {
    const { verifier, callback } = await signIn(newPhone())
    const { body } = await exchange(rig.base, callback, verifier)
    const revocation = { client_id: 'development', token: body.refresh_token }
    await fetch(`${rig.base}/token/revocation`, { method: 'POST', body: new URLSearchParams(revocation) })
    expect((await refresh(body.refresh_token)).body).toMatchObject({ error: 'invalid_grant' })
  })

  it('may be asked for by pages of the own machine in development, and by no others', async () => {
    const { verifier, callback } = await signIn(newPhone())
    const code = {
      grant_type: 'authorization_code',
      redirect_uri: CALLBACK,
      code_verifier: verifier,
      code: new URL(callback).searchParams.get('code') ?? '',
    }
    const foreign = await appTokens(rig.base, code, { origin: 'https://evil.example' })
    expect([foreign.status, foreign.headers.get('access-control-allow-origin')]).toEqual([400, null])
    const own = await appTokens(rig.base, code, { origin: 'http://localhost:5173' })
    expect([own.status, own.headers.get('access-control-allow-origin')]).toEqual([200, 'http://localhost:5173'])
  })
})

describe('an app that is', () => {
  const shop = (id: string) => ({ id, name: 'Shop', redirectUris: ['https://shop.example/callback'] })
  const [redirect_uri = ''] = shop('').redirectUris
  /** Signs in to the app; answers its refresh token. */
  async function signInTo(client_id: string) {
    const { verifier, url } = await rig.signInLee({ client_id, redirect_uri })
    const { body } = await exchange(rig.base, url, verifier, { client_id, redirect_uri })
    return body.refresh_token
  }
  const refreshOf = (client_id: string, refresh_token: string) =>
    appTokens(rig.base, { grant_type: 'refresh_token', client_id, refresh_token })
  const over = { status: 400, body: { error: 'invalid_grant' } }

  it('revoked gets no more tokens by its refresh tokens, whenever they were written', async () => {
    await ports.apps.add(shop('revoked-shop'))
    const token = await signInTo('revoked-shop')
    const written = await Promise.all(
      ['Grant', 'RefreshToken'].map(async (kind) => ({ kind, states: await ports.state.newest(kind) })),
    )
    await revoke(ports, { id: 'revoked-shop' }, Date.now())
    expect(await refreshOf('revoked-shop', token)).toMatchObject(over)
    // A request that was under way writes them again.
    for (const { kind, states } of written)
      for (const state of states)
        if (state.clientId === 'revoked-shop') await ports.state.upsert(kind, String(state.jti), state, 600)
    expect(await refreshOf('revoked-shop', token)).toMatchObject(over)
  })

  it('removed, and another by its id, do not share refresh tokens', async () => {
    await ports.apps.add(shop('removed-shop'))
    const token = await signInTo('removed-shop')
    await removeClient(ports.clients, 'removed-shop', Date.now())
    await ports.apps.add(shop('removed-shop'))
    expect(await refreshOf('removed-shop', token)).toMatchObject(over)
  })
})

describe('two tabs', () => {
  it('of which one signs out while the other is answered: the browser is signed out', async () => {
    await signIn(newPhone())
    const asked = await rig.browser.go('/session/end')
    const { find } = ports.state
    const signedOut = Promise.withResolvers<void>()
    const read = Promise.withResolvers<void>()
    ports.state.find = async (...given) => {
      const found = await find(...given)
      if (given[0] !== 'Session' || given[1] !== 'id') return found
      ports.state.find = find
      read.resolve()
      await signedOut.promise
      return found
    }
    const kept = [...rig.browser.cookies]
    const other = rig.browser.go(beginSignIn().path)
    await read.promise
    await rig.browser.send(asked, '/confirm', { logout: 'yes' })
    signedOut.resolve()
    await other
    for (const [key, cookie] of kept) rig.browser.cookies.set(key, cookie)
    expect((await rig.browser.go('/account')).text).toContain('/account/sign-in')
  })

  it('that sign in at the same time both come back', async () => {
    const [one, other] = [beginSignIn(), beginSignIn()]
    const pages = [await rig.browser.go(one.path), await rig.browser.go(other.path)]
    const phone = newPhone()
    const callbacks: string[] = []
    for (const page of pages) {
      let shown = await rig.browser.send(page, page.url.replace(ISSUER, ''), { phone })
      shown = await rig.browser.send(shown, '/code', { code: lastCode() })
      if (shown.url.endsWith('/name')) shown = await rig.browser.send(shown, '/name', { name: '두 탭' })
      callbacks.push(shown.url)
    }
    const tokens = await Promise.all(
      [one, other].map(({ verifier }, index) => exchange(rig.base, callbacks[index] ?? '', verifier)),
    )
    expect(tokens.map(({ status }) => status)).toEqual([200, 200])
    expect(new Set(tokens.map(({ body }) => decodeJwt(body.access_token).sub)).size).toBe(1)
  })

  it('of two people: the second one signs the first one out of this browser', async () => {
    const [one, other] = [beginSignIn(), beginSignIn()]
    const pages = [await rig.browser.go(one.path), await rig.browser.go(other.path)]
    const first = await rig.browser.send(pages[0] as Shown, '/demo', { user: 'lee' })
    const lee = await exchange(rig.base, first.url, one.verifier)
    const second = await rig.browser.send(pages[1] as Shown, '/demo', { user: 'hong' })
    const hong = await exchange(rig.base, second.url, other.verifier)
    expect([lee, hong].map(({ body }) => decodeJwt(body.access_token).sub)).toEqual([
      demoUsers[0]?.id,
      demoUsers[1]?.id,
    ])
    expect((await refresh(lee.body.refresh_token)).status).toBe(400)
    expect((await refresh(hong.body.refresh_token)).status).toBe(200)
  })

  it('of which one has signed in: the other finds its page over, and says what to do', async () => {
    const begun = beginSignIn()
    const page = await rig.browser.go(begun.path)
    await rig.browser.send(page, '/demo', { user: 'lee' })
    const late = await rig.browser.send(page, '/demo', { user: 'hong' })
    expect([late.status, late.text]).toEqual([400, expect.stringContaining('This sign-in page is over')])
  })
})
