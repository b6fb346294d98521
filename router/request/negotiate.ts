/** The media types of a GraphQL response, the preferred one first (GraphQL over HTTP, "Media Types"). */
export const GRAPHQL = 'application/graphql-response+json'
export const JSON_TYPE = 'application/json'

const OFFERED = [GRAPHQL, JSON_TYPE]

/**
 * The media type of the response; null if the client accepts neither. Without `accept`, or with a wildcard, it is JSON,
 * which every client knows.
 */
export function negotiate(accept: string | undefined): string | null {
  if (accept === undefined || accept === '' || accept === '*/*' || isTooLong(accept)) return JSON_TYPE
  const ranges = accept.split(',').map(readMediaRange)
  let best: { type: string; weight: number } | null = null
  for (const { type, weight } of ranges) {
    const offer = OFFERED.includes(type) ? type : type === '*/*' || type === 'application/*' ? JSON_TYPE : null
    if (offer && weight > (best?.weight ?? 0)) best = { type: offer, weight }
  }
  return best?.type ?? null
}

/** A longer header counts as none: reading 16 KB of ranges takes ten times as long as the rest of a small request. */
const isTooLong = ({ length }: string) => length > 1_024

function readMediaRange(text: string): { type: string; weight: number } {
  const [type = '', ...parameters] = text.toLowerCase().split(';')
  const weight = parameters.map((p) => /^\s*q=([0-9.]+)\s*$/.exec(p)?.[1]).find((q) => q !== undefined)
  return { type: type.trim(), weight: weight === undefined ? 1 : Number(weight) || 0 }
}

const EVENTS = 'text/event-stream'

/** Whether the client lists events at all. */
export const acceptsEvents = (accept: string | undefined): boolean => listedTypes(accept).includes(EVENTS)

/** Whether the client lists events before JSON and before `*\/*`. */
export const prefersEvents = (accept: string | undefined): boolean =>
  listedTypes(accept).find((type) => type === EVENTS || type === '*/*' || /^application\/.*json$/.test(type)) === EVENTS

/** The accepted media types in the client's order, if events may be among them. */
function listedTypes(accept: string | undefined): string[] {
  if (!accept || isTooLong(accept) || !/event-stream/i.test(accept)) return []
  const ranges = accept.split(',').map(readMediaRange)
  return ranges.filter(({ weight }) => weight > 0).map(({ type }) => type)
}
