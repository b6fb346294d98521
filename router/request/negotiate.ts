/** The media types of a GraphQL response, the preferred one first (GraphQL over HTTP, "Media Types"). */
export const GRAPHQL = 'application/graphql-response+json'
export const JSON_TYPE = 'application/json'

const OFFERED = [GRAPHQL, JSON_TYPE]

/**
 * The media type of the response; null if the client accepts neither. Without `accept`, or with a wildcard, it is JSON,
 * which every client knows.
 */
export function negotiate(accept: string | undefined): string | null {
  if (accept === '*/*') return JSON_TYPE // by far the most frequent
  const ranges = readWeighted(accept)
  if (ranges.length === 0) return JSON_TYPE
  let best: Weighted | null = null
  for (const { name, weight } of ranges) {
    const offer = OFFERED.includes(name) ? name : name === '*/*' || name === 'application/*' ? JSON_TYPE : null
    if (offer && weight > (best?.weight ?? 0)) best = { name: offer, weight }
  }
  return best?.name ?? null
}

type Weighted = { name: string; weight: number }

/** A longer header counts as none: reading 16 KB of ranges takes ten times as long as the rest of a small request. */
const MAX_LENGTH = 1_024

/** What an `accept` or `accept-encoding` header lists, in the client's order, with the weights (RFC 9110, 12.4.2). */
export function readWeighted(header = ''): Weighted[] {
  if (header === '' || header.length > MAX_LENGTH) return []
  return header.toLowerCase().split(',').map(readOne)
}

function readOne(text: string): Weighted {
  const [name = '', ...parameters] = text.split(';')
  const weight = parameters.map((p) => /^\s*q=([0-9.]+)\s*$/.exec(p)?.[1]).find((q) => q !== undefined)
  return { name: name.trim(), weight: weight === undefined ? 1 : Number(weight) || 0 }
}

const EVENTS = 'text/event-stream'

/** Whether the client lists events at all. */
export const acceptsEvents = (accept: string | undefined): boolean => listedTypes(accept).includes(EVENTS)

/** Whether the client lists events before JSON and before `*\/*`. */
export const prefersEvents = (accept: string | undefined): boolean =>
  listedTypes(accept).find((type) => type === EVENTS || type === '*/*' || /^application\/.*json$/.test(type)) === EVENTS

/** The accepted media types in the client's order, if events may be among them. */
function listedTypes(accept: string | undefined): string[] {
  if (!accept || !/event-stream/i.test(accept)) return []
  return readWeighted(accept)
    .filter(({ weight }) => weight > 0)
    .map(({ name }) => name)
}
