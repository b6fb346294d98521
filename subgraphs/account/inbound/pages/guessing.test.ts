import { beforeAll, describe, expect, it } from '@jest/globals'
import { signInOf } from '../../application/phone.ts'
import { pagesRig } from '../../testing/pages-rig.ts'
import { beginSignIn, type Shown, type Visitor } from '../../testing/visitor.ts'

const rig = pagesRig()
const { ports, messages, audit, newPhone, lastCode, pathOf, atNewAddress } = rig

/** As it stands in E.164, behind +82. */
const digitsOf = (phone: string) => phone.replaceAll('-', '').slice(1)

describe('finding out who signs in here', () => {
  const phone = newPhone()
  beforeAll(async () => {
    await ports.users.signUp(
      { id: '01900000-0000-7000-8000-00000000aaaa', name: '손님', roles: ['CUSTOMER'] },
      signInOf(`+82${digitsOf(phone)}`),
    )
  })

  /** What a stranger sees of a number: the pages, without what is new each time. */
  async function seenOf(phone: string) {
    const stranger = atNewAddress()
    const page = await stranger.go(beginSignIn({ state: 's' }).path)
    const seen: string[] = []
    const note = (shown: Shown) => {
      const plain = shown.text
        .replace(/value="[^"]*"/g, '')
        .replaceAll(pathOf(page), '/uid')
        .replace(/010-\d{4}-\d{4}/, 'phone')
      seen.push(`${shown.status} ${[...shown.headers.keys()].join()} ${plain}`)
      return shown
    }
    let shown = note(await stranger.send(page, pathOf(page), { phone }))
    const wrong = lastCode() === '111111' ? '222222' : '111111'
    for (let n = 0; n < 6; n++) shown = note(await stranger.send(shown, '/code', { code: wrong }))
    note(await stranger.go(`${pathOf(page)}/name`))
    return seen
  }

  it('is not possible by what is said, nor by what is read', async () => {
    const reads: string[] = []
    const { bySignIn } = ports.users
    ports.users.bySignIn = (signIn) => {
      reads.push(signIn)
      return bySignIn(signIn)
    }
    const [known, unknown] = [await seenOf(phone), await seenOf(newPhone())]
    ports.users.bySignIn = bySignIn
    expect(known).toEqual(unknown)
    expect(known).toHaveLength(8)
    // No time can tell them apart where nothing is looked up.
    expect(reads).toEqual([])
  })

  it('is not possible by the limit of a number', async () => {
    const page = await rig.browser.go(beginSignIn().path)
    for (const one of [phone, newPhone()]) {
      const statuses: number[] = []
      for (let n = 0; n < 6; n++) statuses.push((await rig.browser.send(page, pathOf(page), { phone: one })).status)
      expect(statuses.at(-1)).toBe(429)
    }
  })
})

describe('guessing', () => {
  /** Tries one code at many numbers, each in a sign-in of its own. */
  async function guess(times: number, by: () => Visitor) {
    const outcomes: number[] = []
    for (let n = 0; n < times; n++) {
      const one = by()
      const page = await one.go(beginSignIn().path)
      const asked = await one.send(page, pathOf(page), { phone: newPhone() })
      if (asked.status !== 200) {
        outcomes.push(asked.status)
        continue
      }
      const wrong = lastCode() === '111111' ? '222222' : '111111'
      outcomes.push((await one.send(asked, '/code', { code: wrong })).status)
    }
    return outcomes
  }

  it('over many numbers from one address ends with its limit of wrong codes', async () => {
    const one = atNewAddress()
    const outcomes = await guess(20, () => one)
    expect(outcomes.filter((status) => status === 422)).toHaveLength(15)
    expect(outcomes.slice(15)).toEqual(Array(5).fill(429))
    const page = await one.go(beginSignIn().path)
    const asked = await one.send(page, pathOf(page), { phone: newPhone() })
    const right = await one.send(asked, '/code', { code: lastCode() })
    expect([right.status, Number(right.headers.get('retry-after')) > 0]).toEqual([429, true])
  })

  it('over many addresses at one number ends with its limit of codes', async () => {
    const phone = newPhone()
    const before = messages.sent.length
    for (let n = 0; n < 8; n++) {
      const one = atNewAddress()
      const page = await one.go(beginSignIn().path)
      await one.send(page, pathOf(page), { phone })
    }
    expect(messages.sent.length - before).toBe(3)
  })

  it('has no use for the number of a sign-in: a code is good in one only', async () => {
    const phone = newPhone()
    const [mine, theirs] = [atNewAddress(), atNewAddress()]
    const page = await theirs.go(beginSignIn().path)
    const asked = await theirs.send(page, pathOf(page), { phone })
    const other = lastCode()
    const own = await mine.go(beginSignIn().path)
    const next = await mine.send(own, pathOf(own), { phone })
    if (other !== lastCode()) expect((await mine.send(next, '/code', { code: other })).status).toBe(422)
    expect((await theirs.send(asked, '/code', { code: other })).url).toContain('/name')
  })

  it('of messages sent at a stranger’s cost ends with the limit of an address', async () => {
    const before = messages.sent.length
    for (let n = 0; n < 35; n++) {
      const page = await rig.browser.go(beginSignIn().path)
      await rig.browser.send(page, pathOf(page), { phone: newPhone() })
    }
    expect(messages.sent.length - before).toBe(30)
  })
})

it('the audit trail says who signed in, and what was tried, without a number or a code', async () => {
  const phone = newPhone()
  const page = await rig.browser.go(beginSignIn().path)
  const asked = await rig.browser.send(page, pathOf(page), { phone })
  const wrong = lastCode() === '111111' ? '222222' : '111111'
  const named = await rig.browser.send(await rig.browser.send(asked, '/code', { code: wrong }), '/code', {
    code: lastCode(),
  })
  const { url } = await rig.browser.send(named, '/name', { name: '비밀이름' })
  expect(url).toContain('code=')
  const own = audit.events.filter(({ event }) => event === 'sign-in').slice(-3)
  expect(own.map(({ outcome }) => outcome)).toEqual(['CodeSent', 'WrongCode', 'signed up'])
  expect(own.at(-1)?.subject).toMatch(/^[0-9a-f-]{36}$/)
  expect(JSON.stringify(audit.events)).not.toMatch(new RegExp(`${digitsOf(phone)}|비밀이름|\\b${lastCode()}\\b`))
})
