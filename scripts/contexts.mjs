// The contexts of the system. Plain JavaScript without dependencies: docker-env.mjs runs on any Node >= 20.
import { existsSync, readdirSync } from 'node:fs'

const SUBGRAPHS = new URL('../subgraphs/', import.meta.url)

/** The contexts' names, sorted: the folders of subgraphs/ that have a main.ts. */
export const CONTEXTS = readdirSync(SUBGRAPHS)
  .filter((name) => existsSync(new URL(`${name}/main.ts`, SUBGRAPHS)))
  .sort()

/**
 * Who calls whom, as [caller, receiver]: the router calls every context, and order calls payment (the column "asks" in
 * docs/language.md). Each of these pairs has a key of its own, which signs the caller's requests.
 */
export const CALLS = [...CONTEXTS.map((context) => ['router', context]), ['order', 'payment']]

/** The variable in .env for a pair's key: `CONTEXT_KEY_ROUTER_ORDER`. */
export const keyName = ([caller, receiver]) => `CONTEXT_KEY_${inCapitals(caller)}_${inCapitals(receiver)}`

/** A context's name in environment variables: `MY_PAGE` for `my-page`. */
export const inCapitals = (context) => context.toUpperCase().replaceAll('-', '_')
