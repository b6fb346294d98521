// The contexts of the system. Plain JavaScript without dependencies: docker-env.mjs runs on any Node >= 20.
import { existsSync, readdirSync } from 'node:fs'

const SUBGRAPHS = new URL('../subgraphs/', import.meta.url)

/** The contexts' names, sorted: the folders of subgraphs/ that have a main.ts. */
export const CONTEXTS = readdirSync(SUBGRAPHS)
  .filter((name) => existsSync(new URL(`${name}/main.ts`, SUBGRAPHS)))
  .sort()

/** A context's name in environment variables: `MY_PAGE` for `my-page`. */
export const inCapitals = (context) => context.toUpperCase().replaceAll('-', '_')
