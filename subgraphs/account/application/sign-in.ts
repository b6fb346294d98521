import { createHmac, randomInt, timingSafeEqual } from 'node:crypto'
import { newId } from '../../../chassis/ids.ts'
import { line } from '../../../chassis/inputs.ts'
import {
  CODE_LIFETIME_MS,
  CODES_OF_NUMBER,
  hourly,
  type Limit,
  MOST_TRIES,
  SIGN_IN_WITHIN_S,
  WRONG_OF_NUMBER,
  whyNotTried,
} from '../domain/sign-in.ts'
import { FIRST_ROLES, type User } from '../domain/user.ts'
import { type Countries, mobileNumber, signInOf } from './phone.ts'
import type { AccountPorts, Messages, SharedLimits } from './ports.ts'

/** What signing in needs beside the ports. */
export type SignInSettings = {
  /** Keys the hashes of codes, and those of what limits are counted by. */
  codeKey: Buffer
  messages: Messages
  countries: Countries
  /** Codes that are sent for one address within any hour, and wrong ones that come from it; half of them at once. */
  codesAnHour: number
  wrongAnHour: number
  /** Codes that are sent within any hour in all: each costs money. */
  allCodesAnHour: number
  /** Our host, without a port: phones offer a code of the message to its pages only. */
  host: string
}

export type Language = 'ko' | 'en'

type Ports = Pick<AccountPorts, 'users' | 'attempts' | 'limits'>

export type CodeRequested =
  | { type: 'CodeSent' }
  | { type: 'InvalidPhone' }
  | { type: 'TooManyCodes'; waitMs: number }
  | { type: 'TooManyInAll'; waitMs: number }
  /** It may have been sent and may not, or was not. */
  | { type: 'NotSent' }

/**
 * Sends a code to the number for the attempt `id`. It does the same and says the same whether somebody signs in by the number
 * or not: nothing of people is read here.
 */
export async function requestCode(
  { attempts, limits }: Ports,
  settings: Omit<SignInSettings, 'wrongAnHour'>,
  request: { id: string; typed: string; address: string; language: Language },
  now: number,
): Promise<CodeRequested> {
  const phone = mobileNumber(request.typed, settings.countries)
  if (!phone) return { type: 'InvalidPhone' }
  const keyOf = (kind: string, value: string) => keyed(settings.codeKey, `${kind} ${value}`)
  // The address first: whoever asks for too many does not use up what a number has.
  const counted: Counted[] = [
    [keyOf('codes for address', request.address), hourly(settings.codesAnHour)],
    ...CODES_OF_NUMBER.map((limit): Counted => [keyOf(`codes in ${limit.withinMs} to`, phone), limit]),
  ]
  const waitMs = await takeAll(limits, counted, now)
  if (waitMs > 0) return { type: 'TooManyCodes', waitMs }
  const inAll: Counted = [keyOf('codes in', 'all'), hourly(settings.allCodesAnHour)]
  const allWaitMs = await takeAll(limits, [inAll], now)
  if (allWaitMs > 0) {
    await giveBackAll(limits, counted)
    return { type: 'TooManyInAll', waitMs: allWaitMs }
  }
  const code = String(randomInt(1_000_000)).padStart(6, '0')
  await attempts.begin({
    id: request.id,
    phone,
    codeHash: hashOf(settings.codeKey, request.id, phone, code),
    codeExpiresAt: now + CODE_LIFETIME_MS,
    expiresAt: now + SIGN_IN_WITHIN_S * 1_000,
  })
  const sent = await settings.messages.send({
    id: newId(now),
    to: phone,
    text: messageOf(code, settings.host, request.language),
  })
  // An outage must not keep people out when it is over; what may have been sent counts.
  if (sent === 'refused') await giveBackAll(limits, [...counted, inAll])
  return { type: sent === 'sent' ? 'CodeSent' : 'NotSent' }
}

export type CodeTried =
  | { type: 'Verified' }
  /** It is not six digits; not counted. */
  | { type: 'InvalidCode' }
  | { type: 'WrongCode'; left: number }
  | { type: 'CodeExpired' }
  | { type: 'NoTriesLeft' }
  | { type: 'TooManyWrong'; waitMs: number }

/**
 * Tries a code. Each try is counted before it is compared, so that many at once are no more than one after another; where it turns
 * out that there was nothing to compare, it is given back.
 */
export async function tryCode(
  { attempts, limits }: Ports,
  { codeKey, wrongAnHour }: Pick<SignInSettings, 'codeKey' | 'wrongAnHour'>,
  request: { id: string; typed: string; address: string },
  now: number,
): Promise<CodeTried> {
  const begun = await attempts.find(request.id)
  if (!begun) return { type: 'CodeExpired' }
  if (begun.verified) return { type: 'Verified' }
  const code = digitsIn(request.typed)
  if (code.length !== 6) return { type: 'InvalidCode' }
  const counted: Counted[] = [
    [keyed(codeKey, `wrong codes from ${request.address}`), hourly(wrongAnHour)],
    [keyed(codeKey, `wrong codes for ${begun.phone}`), WRONG_OF_NUMBER],
  ]
  const waitMs = await takeAll(limits, counted, now)
  if (waitMs > 0) return { type: 'TooManyWrong', waitMs }
  const kept = await attempts.countTry(request.id, now)
  const attempt = await attempts.find(request.id)
  if (kept === null || !attempt) {
    await giveBackAll(limits, counted)
    if (!attempt) return { type: 'CodeExpired' }
    return { type: attempt.verified ? 'Verified' : whyNotTried(attempt, now) }
  }
  const given = hashOf(codeKey, attempt.id, attempt.phone, code)
  if (!isSame(given, kept)) return { type: 'WrongCode', left: Math.max(0, MOST_TRIES - attempt.tries) }
  if (!(await attempts.verify(attempt.id, kept))) return { type: 'CodeExpired' }
  await giveBackAll(limits, counted)
  return { type: 'Verified' }
}

/** Who has the phone of a verified attempt; `isNew` if nobody signed in by it yet. Null if it is not verified. */
export async function whoVerified({ attempts, users }: Ports, id: string): Promise<User | { isNew: true } | null> {
  const attempt = await attempts.find(id)
  if (!attempt?.verified) return null
  return (await users.bySignIn(signInOf(attempt.phone))) ?? { isNew: true }
}

const nameInput = line('The name', 100)

/** A name as it is kept; null if it is none. */
export const readName = (typed: string): string | null => nameInput.safeParse(typed).data ?? null

/** Makes a customer of whoever has the phone of a verified attempt; or finds the user who was made meanwhile. */
export async function signUp({ attempts, users }: Ports, id: string, name: string, now: number): Promise<User | null> {
  const attempt = await attempts.find(id)
  if (!attempt?.verified) return null
  return users.signUp({ id: newId(now), name, roles: [...FIRST_ROLES] }, signInOf(attempt.phone))
}

type Counted = [key: string, limit: Limit]

/** Counts one against each limit; or against none, and answers how long to wait. */
async function takeAll(limits: SharedLimits, counted: readonly Counted[], now: number): Promise<number> {
  for (const [index, [key, limit]] of counted.entries()) {
    const waitMs = await limits.take(key, limit, now)
    if (waitMs === 0) continue
    await giveBackAll(limits, counted.slice(0, index))
    return waitMs
  }
  return 0
}

async function giveBackAll(limits: SharedLimits, counted: readonly Counted[]): Promise<void> {
  for (const [key, limit] of counted) await limits.giveBack(key, limit)
}

const keyed = (key: Buffer, text: string): string => createHmac('sha256', key).update(text).digest('base64url')

/** A plain hash of six digits could be undone by trying all. */
const hashOf = (key: Buffer, id: string, phone: string, code: string): string =>
  keyed(key, `code ${id} ${phone} ${code}`)

const isSame = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))

/** People type spaces and hyphens, and full-width digits. */
const digitsIn = (typed: string): string => typed.slice(0, 40).normalize('NFKC').replace(/\D/g, '')

/** Short, since carriers bill more than 90 bytes (EUC-KR) as a long message. The last line has phones offer the code on pages of that host only (WICG, "origin-bound one-time codes"). */
const messageOf = (code: string, host: string, language: Language): string =>
  language === 'ko'
    ? `[꽃배달] 인증번호 ${code}. 알려주지 마세요.\n\n@${host} #${code}`
    : `Flower Delivery code ${code}. Tell nobody.\n\n@${host} #${code}`
