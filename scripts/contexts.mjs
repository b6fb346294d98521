// The contexts of the system. Plain JavaScript without dependencies: docker-env.mjs runs on any Node >= 20.
import { existsSync, readdirSync } from 'node:fs'

const SUBGRAPHS = new URL('../subgraphs/', import.meta.url)

/** Every context by its folder's name, in the order of the alphabet: a folder of subgraphs/ with a main.ts is one. */
export const CONTEXTS = readdirSync(SUBGRAPHS)
  .filter((name) => existsSync(new URL(`${name}/main.ts`, SUBGRAPHS)))
  .sort()

/** A context's name as environment variables have it: `MY_PAGE` for `my-page`. */
export const inCapitals = (context) => context.toUpperCase().replaceAll('-', '_')
