import { Environment, type FetchFunction, type GraphQLResponse, Network, RecordSource, Store } from 'relay-runtime'
import { createLiveClient, type Token } from '../links/live-client.ts'
import { liveSubscribe } from '../links/relay.ts'

/** `url` is http://localhost:4000/graphql in development. */
export function createRelayEnvironment(url: string, token: Token): Environment {
  const live = createLiveClient({ url: url.replace(/^http/, 'ws'), token })
  const post = async (body: object, isRefused: boolean) => {
    const current = await token(isRefused)
    return fetch(url, {
      method: 'POST',
      headers: {
        accept: 'application/graphql-response+json',
        'content-type': 'application/json',
        ...(current && { authorization: `Bearer ${current}` }),
      },
      body: JSON.stringify(body),
    })
  }
  const fetchFunction: FetchFunction = async ({ text, name }, variables) => {
    const body = { query: text, variables, operationName: name }
    const response = await post(body, false)
    // A refused token is replaced, and the request sent again, once.
    const answer = response.status === 401 ? await post(body, true) : response
    return answer.json() as Promise<GraphQLResponse>
  }
  return new Environment({
    network: Network.create(fetchFunction, liveSubscribe(live)),
    store: new Store(new RecordSource()),
  })
}
