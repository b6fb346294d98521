/** The media types of a GraphQL answer, the better one first (GraphQL over HTTP, "Media Types"). */
export const GRAPHQL = 'application/graphql-response+json'
const JSON_TYPE = 'application/json'

const OFFERED = [GRAPHQL, JSON_TYPE]

/**
 * The media type to answer in; null where the client accepts neither. Without a wish, and for "anything", it is the one
 * that every client knows.
 */
export function negotiate(accept: string | undefined): string | null {
  if (accept === undefined || accept === '' || accept === '*/*') return JSON_TYPE
  const wishes = accept.split(',').map(readWish)
  let best: { type: string; weight: number } | null = null
  for (const { type, weight } of wishes) {
    const offer = OFFERED.includes(type) ? type : type === '*/*' || type === 'application/*' ? JSON_TYPE : null
    if (offer && weight > (best?.weight ?? 0)) best = { type: offer, weight }
  }
  return best?.type ?? null
}

function readWish(text: string): { type: string; weight: number } {
  const [type = '', ...parameters] = text.toLowerCase().split(';')
  const weight = parameters.map((p) => /^\s*q=([0-9.]+)\s*$/.exec(p)?.[1]).find((q) => q !== undefined)
  return { type: type.trim(), weight: weight === undefined ? 1 : Number(weight) || 0 }
}
