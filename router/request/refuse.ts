import type { ServerResponse } from 'node:http'
import type { GraphQLFormattedError } from 'graphql'
import { sendJson } from '../../chassis/http.ts'
import { JSON_TYPE, negotiate } from './negotiate.ts'

/** Sends errors without data, in the media type of GraphQL responses that the client prefers (JSON if it accepts none). */
export function sendErrors(
  response: ServerResponse,
  status: number,
  body: { errors: readonly GraphQLFormattedError[] },
): void {
  sendJson(response, status, body, negotiate(response.req.headers.accept) ?? JSON_TYPE)
}
