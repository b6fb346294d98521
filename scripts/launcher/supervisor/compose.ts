import { join } from 'node:path'
import { hashOfFiles, unlessDone } from '../unless-done.ts'
import { compileCacheOf, OWN_CHECKOUT, runTask } from './task.ts'

const { root: ROOT } = OWN_CHECKOUT

/** What the composed schema is made from. */
const COMPOSED_FROM = [
  'subgraphs/*/main.ts',
  'subgraphs/*/inbound/graphql/*.graphql',
  'subgraphs/*/inbound/nats/*.ts',
  'schema/events/*.ts',
  'chassis/*.ts',
  'chassis/{graphql,nats}/*.{ts,graphql}',
  'scripts/{compose-schema.ts,contexts.mjs,files.ts,node.graphql}',
  'scripts/launcher/infrastructure/nats-users.ts',
  'package-lock.json',
]
const COMPOSED = ['schema/*.{graphql,conf}']

/** Composes, unless this folder's schema was composed from the same files: that takes a second of CPU time. */
export const composeUnlessDone = (signal: AbortSignal) =>
  unlessDone(
    {
      file: join(ROOT, 'node_modules/.cache/composed'),
      cause: hashOfFiles(ROOT, COMPOSED_FROM),
      found: async () => hashOfFiles(ROOT, COMPOSED),
    },
    () => compose(signal),
  )

/** Composes the schema. Throws a UserError with the reason if that is not possible. */
export const compose = (signal: AbortSignal) =>
  runTask(['scripts/compose-schema.ts'], {
    what: 'Composing the schema',
    env: { NODE_COMPILE_CACHE: compileCacheOf(OWN_CHECKOUT) },
    signal,
    deadlineMs: 60_000,
  })
