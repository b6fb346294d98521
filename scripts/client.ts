/** A GraphQL response; `data` has the shape that the query selects, which the caller states. */
export type Answer<Data> = {
  data?: Data | null
  errors?: { message: string; path?: (string | number)[]; extensions?: { code?: string } }[]
}

/** Sends a GraphQL request over HTTP, as any outside client does; throws without a JSON response within `timeoutMs`. */
export async function ask<Data = Record<string, unknown>>(
  url: string,
  query: string,
  options: { variables?: object; token?: string; timeoutMs?: number } = {},
): Promise<Answer<Data>> {
  const { variables = {}, token, timeoutMs = 10_000 } = options
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(timeoutMs),
  })
  return (await response.json()) as Answer<Data>
}
