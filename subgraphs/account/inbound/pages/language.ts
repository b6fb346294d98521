import type { IncomingMessage } from 'node:http'
import type { Language } from '../../application/sign-in.ts'

const COOKIE = 'lang'

const languageOf = (tag: string): Language | null => {
  const primary = tag.trim().toLowerCase().split(/[-_]/)[0]
  return primary === 'ko' || primary === 'en' ? primary : null
}

/** The language that a person has chosen here, or their app asks for, or their browser; Korean otherwise. */
export function languageFor(
  request: IncomingMessage,
  url: URL,
  uiLocales: unknown = url.searchParams.get('ui_locales'),
): Language {
  const cookie = cookieIn(request, COOKIE)
  const locales = typeof uiLocales === 'string' ? uiLocales.slice(0, 100).split(' ') : []
  const accepted = (request.headers['accept-language'] ?? '').slice(0, 200).split(',')
  const tags = [
    url.searchParams.get('lang') ?? '',
    cookie ?? '',
    ...locales,
    ...accepted.map((tag) => tag.split(';')[0] ?? ''),
  ]
  return tags.map(languageOf).find((language) => language !== null) ?? 'ko'
}

/** The cookie that remembers a choice which is in the URL; null without one. It is no secret. */
export function chosenCookie(url: URL): string | null {
  const language = languageOf(url.searchParams.get('lang') ?? '')
  return language && `${COOKIE}=${language}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly`
}

const cookiesOf = ({ headers }: IncomingMessage): [name: string, value: string][] =>
  (headers.cookie ?? '').split(';').map((entry) => {
    const [name = '', ...value] = entry.trim().split('=')
    return [name, value.join('=')]
  })

/** A cookie of the request; the first of its name. */
export const cookieIn = (request: IncomingMessage, name: string): string | null =>
  cookiesOf(request).find(([key]) => key === name)?.[1] ?? null

/** The names of the request's cookies, in their order. */
export const cookieNames = (request: IncomingMessage): string[] => cookiesOf(request).map(([name]) => name)
