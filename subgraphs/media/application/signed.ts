import { createHmac, timingSafeEqual } from 'node:crypto'
import { PURPOSES } from '../../../schema/photos/photo-id.ts'
import type { PhotoSize, Ticket } from '../domain/photo.ts'

/** A ticket as a client carries it: its content, and a MAC. */
export function ticketToken(secret: string, ticket: Ticket): string {
  const { id, purpose, subject, uploader, expiresAt } = ticket
  const text = [id, purpose, subject, uploader, expiresAt.getTime()].join(' ')
  return `${Buffer.from(text).toString('base64url')}.${macOf(secret, 'ticket', text)}`
}

/** The ticket of a token that we made and that has not expired; otherwise null. */
export function ticketIn(secret: string, token: string, now: Date): Ticket | null {
  const [body = '', mac = '', ...more] = token.split('.')
  const text = Buffer.from(body, 'base64url').toString()
  if (more.length || !isEqual(mac, macOf(secret, 'ticket', text))) return null
  const [id = '', name, subject = '', uploader = '', expires] = text.split(' ')
  const purpose = PURPOSES.find((one) => one === name)
  const expiresAt = new Date(Number(expires))
  return purpose && expiresAt > now ? { id, purpose, subject, uploader, expiresAt } : null
}

/** A picture, and until when it is shown. */
export type View = { id: string; size: PhotoSize; until: Date }

/** The URL at which a picture is shown. Whoever has it can see the picture until then. */
export function viewUrl(url: string, secret: string, { id, size, until }: View): string {
  const seconds = Math.floor(until.getTime() / 1_000)
  const query = { id, size, until: String(seconds), mac: macOf(secret, 'view', viewText(id, size, seconds)) }
  return `${url}?${new URLSearchParams(query)}`
}

/** What a URL of ours shows at this time; null if it is none, or shows nothing any more. */
export function viewIn(secret: string, query: URLSearchParams, now: Date): View | null {
  const [id, size, until, mac] = ['id', 'size', 'until', 'mac'].map((name) => query.get(name) ?? '') as Four
  if (!isEqual(mac, macOf(secret, 'view', viewText(id, size, until)))) return null
  const view = { id, size: size as PhotoSize, until: new Date(Number(until) * 1_000) } // Only we write what has a MAC.
  return view.until > now ? view : null
}

type Four = [string, string, string, string] // One for each of the four names.

const viewText = (id: string, size: string, until: string | number) => `${id} ${size} ${until}`

const macOf = (secret: string, kind: 'ticket' | 'view', text: string) =>
  createHmac('sha256', secret).update(`${kind} ${text}`).digest('base64url')

function isEqual(one: string, other: string): boolean {
  const [actual, expected] = [Buffer.from(one), Buffer.from(other)]
  return actual.length === expected.length && timingSafeEqual(actual, expected)
}
