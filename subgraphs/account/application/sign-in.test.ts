import { beforeEach, describe, expect, it } from '@jest/globals'
import { issuerOptions, recordedMessages } from '../testing/issuer-options.ts'
import { memoryPorts } from '../testing/memory-ports.ts'
import { requestCode, type SignInSettings, tryCode } from './sign-in.ts'

const HOUR_MS = 3_600_000
const START = Date.UTC(2026, 0, 1)

let ports = memoryPorts()
let messages = recordedMessages()
let settings: SignInSettings
let number = 10_000_000

beforeEach(() => {
  ports = memoryPorts()
  messages = recordedMessages()
  settings = { ...issuerOptions(messages).signIn, host: 'login.example.com' }
})

const newPhone = () => `010${++number}`
const request = (id: string, typed: string, now = START, address = 'a') =>
  requestCode(ports, settings, { id, typed, address, language: 'ko' }, now)
const attempt = (id: string, typed: string, now = START, address = 'a') =>
  tryCode(ports, settings, { id, typed, address }, now)
const lastCode = () => /#(\d{6})$/.exec(messages.sent.at(-1)?.text ?? '')?.[1] ?? ''
const wrongCode = () => (lastCode() === '000000' ? '000001' : '000000')

describe('an address keeps what it has', () => {
  it('where there was nothing to compare a code with', async () => {
    for (let n = 0; n < 100; n++) expect((await attempt('none', '123456')).type).toBe('CodeExpired')
    await request('tried', newPhone())
    for (let n = 0; n < 5; n++) await attempt('tried', wrongCode())
    for (let n = 0; n < 100; n++) expect((await attempt('tried', lastCode())).type).toBe('NoTriesLeft')
    const later = START + HOUR_MS
    for (let n = 0; n < 100; n++) expect((await attempt('tried', lastCode(), later)).type).toBe('CodeExpired')
    await request('mine', newPhone(), later)
    expect((await attempt('mine', lastCode(), later)).type).toBe('Verified')
  })

  it('where a number had too many codes', async () => {
    const phone = newPhone()
    for (let n = 0; n < 100; n++) await request(`same ${n}`, phone)
    expect((await request('other', newPhone())).type).toBe('CodeSent')
  })
})

it('an outage of the gateway uses up nothing, unless a message may have been sent', async () => {
  const phone = newPhone()
  messages.outcome = 'refused'
  for (let n = 0; n < 100; n++) expect((await request('a', phone)).type).toBe('NotSent')
  messages.outcome = 'sent'
  expect((await request('a', phone)).type).toBe('CodeSent')
  messages.outcome = 'unknown'
  const outcomes: string[] = []
  for (let n = 0; n < 10; n++) outcomes.push((await request('a', phone)).type)
  expect(outcomes.at(-1)).toBe('TooManyCodes')
})

it.each(['', ' ', '12345', '1234567', 'abcdef'])('what is no code, as %j, uses up no try', async (typed) => {
  await request('a', newPhone())
  for (let n = 0; n < 40; n++) expect(await attempt('a', typed)).toEqual({ type: 'InvalidCode' })
  expect((await attempt('a', `${lastCode().slice(0, 3)} ${lastCode().slice(3)}`)).type).toBe('Verified')
})

it('a number takes a limited number of wrong codes in a day, from all addresses together', async () => {
  const phone = newPhone()
  let compared = 0
  for (let hour = 0; hour < 24; hour++) {
    const now = START + hour * HOUR_MS
    if ((await request('a', phone, now, `address ${hour}`)).type !== 'CodeSent') continue
    for (let n = 0; n < 5; n++)
      if ((await attempt('a', wrongCode(), now, `address ${hour}`)).type === 'WrongCode') compared += 1
  }
  expect(compared).toBe(15)
  // Nobody else is kept out, and right codes count for nothing.
  for (let n = 0; n < 20; n++) {
    await request('mine', newPhone(), START + 24 * HOUR_MS, `mine ${n}`)
    expect((await attempt('mine', lastCode(), START + 24 * HOUR_MS, 'mine')).type).toBe('Verified')
  }
})

it('a limited number of codes is sent in all, whatever the numbers and addresses', async () => {
  settings = { ...settings, allCodesAnHour: 40 }
  const outcomes: string[] = []
  for (let minute = 0; minute < 60; minute++)
    for (let n = 0; n < 3; n++) {
      const outcome = await request('a', newPhone(), START + minute * 60_000, `${minute} ${n}`)
      outcomes.push(outcome.type)
      if (outcome.type === 'TooManyInAll') expect(outcome.waitMs).toBeGreaterThan(0)
    }
  expect(messages.sent).toHaveLength(40)
  expect(new Set(outcomes)).toEqual(new Set(['CodeSent', 'TooManyInAll']))
  // Who was refused for that has lost nothing of their own.
  const phone = newPhone()
  for (let n = 0; n < 10; n++) await request('b', phone, START + 59 * 60_000)
  expect((await request('b', phone, START + 3 * HOUR_MS)).type).toBe('CodeSent')
})

it.each(['ko', 'en'] as const)('a message in %s fits into one text message of 90 bytes (EUC-KR)', async (language) => {
  settings = { ...settings, host: 'login.flower-delivery.example' }
  await requestCode(ports, settings, { id: 'a', typed: newPhone(), address: 'a', language }, START)
  const { text = '' } = messages.sent[0] ?? {}
  expect([...text].reduce((bytes, character) => bytes + (character < '\x80' ? 1 : 2), 0)).toBeLessThanOrEqual(90)
})
