import { globSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'

/** One import: the importing file, what it imports (a path from the root, or a package), and whether only types. */
export type Import = { from: string; to: string; typeOnly: boolean }

/** Files matching `from` must not import what matches `to`, unless it matches `except`. `$1` is the first group of `from`; `values`: type imports are allowed. */
type Rule = { why: string; from: RegExp; to: string; except?: RegExp; values?: true }

const TESTS = /\.test\.ts$|\/testing\//

/** Files and folders of router/, each importing only what stands before it. The rest puts them together. */
export const ROUTER_ORDER: readonly (readonly string[])[] = [
  ['errors.ts', 'operation.ts'],
  ['supergraph/'],
  ['upstream/'],
  ['executor/selection/'],
  ['authorization/'],
  ['executor/compile/'],
  ['executor/planning/'],
  ['executor/answer/'],
  ['executor/run/'],
  ['fallback/'],
  ['limits/'],
  ['config.ts'],
  ['identity/'],
  ['request/'],
  ['live/types.ts', 'live/operation-runner.ts'],
  ['live/delivery/'],
  ['live/rendering/'],
  ['live/clients/'],
  ['live/subscribe.ts'],
  ['http/'],
]

/** The layers (CONTRIBUTING.md, "Where things are"). dependency-cruiser does not support TypeScript 7 yet. */
export const RULES: Rule[] = [
  {
    why: 'a context never imports another: it hears its facts (schema/events)',
    from: /^subgraphs\/([^/]+)\//,
    to: '^subgraphs/(?!$1/)',
  },
  {
    why: 'domain imports types only, and no library',
    from: /^subgraphs\/[^/]+\/domain\//,
    to: '.',
    except: /\/domain\/|^chassis\/failures\.ts$/, // Failures are plain data.
    values: true,
  },
  {
    why: 'domain knows nothing around it',
    from: /^subgraphs\/[^/]+\/domain\//,
    to: '/(application|inbound|outbound)/|^(?!schema/|subgraphs/|chassis/)',
  },
  {
    why: 'application knows its ports, not what is behind them',
    from: /^subgraphs\/[^/]+\/application\//,
    to: '/(inbound|outbound)/|^chassis/(postgres|nats|graphql)/|^(@mikro-orm|pg$|nats$|undici|@apollo|graphql)',
  },
  {
    why: 'GraphQL and NATS come in; what goes out is not theirs to call',
    from: /^subgraphs\/[^/]+\/inbound\//,
    to: '/outbound/',
    values: true,
  },
  {
    why: 'only main.ts knows every adapter',
    from: /^subgraphs\/[^/]+\/wire\.ts$/,
    to: '/outbound/|^chassis/(postgres|nats)/',
  },
  {
    why: 'chassis serves every context and knows none',
    from: /^chassis\//,
    to: '^(subgraphs|schema|router|scripts|proofs)/',
  },
  { why: 'the router runs any supergraph', from: /^router\//, to: '^(subgraphs|schema|scripts|proofs)/' },
  {
    why: 'apps know the API only, so that they can be copied',
    from: /^apps\//,
    to: '^(subgraphs|chassis|router|schema|scripts|proofs)/',
  },
  {
    why: 'contracts depend on nothing of ours',
    from: /^schema\//,
    to: '^(subgraphs|chassis|router|scripts|proofs)/',
    except: /^chassis\/least-recently-used\.ts$/, // A plain data structure, for the windows of calendars.
  },
  { why: 'what runs does not import what starts it', from: /^subgraphs\//, to: '^(scripts|router|proofs)/' },
  { why: 'what runs does not import what proves it', from: /^(?!proofs\/)/, to: '^proofs/|/testing/' },
  // The floor of bench:orders is what is compared with.
  { why: 'NATS is behind one folder', from: /^(?!chassis\/nats\/|proofs\/bench\/orders\/floor\/)/, to: '^nats$' },
  ...oneWay('router', ROUTER_ORDER),
]

/** Rules that each part of a folder imports only parts listed before it. */
function oneWay(top: string, order: readonly (readonly string[])[]): Rule[] {
  const matching = (parts: readonly string[]) => `^${top}/(${parts.join('|').replaceAll('.', '\\.')})`
  return order.slice(0, -1).map((parts, index) => ({
    why: `${top}/ is read in one direction: ${parts[0]} knows nothing of what comes after it`,
    from: new RegExp(matching(parts)),
    to: matching(order.slice(index + 1).flat()),
  }))
}

/** Every import of the project's own TypeScript, tests and generated code left out. */
export function importsOf(root: string): Import[] {
  const files = globSync('{apps,chassis,proofs,router,schema,scripts,subgraphs}/**/*.ts', { cwd: root })
  return files
    .filter((file) => !TESTS.test(file) && !file.endsWith('.generated.ts'))
    .flatMap((file) => importsIn(file, readFileSync(posix.join(root, file), 'utf8')))
}

/** The imports in one file's text. */
export function importsIn(file: string, text: string): Import[] {
  const statements = text.matchAll(
    /^(?:import|export)\s+(type\s)?[^'";]*?from\s+['"]([^'"]+)['"]|\bimport\(?\s*['"]([^'"]+)['"]/gm,
  )
  return [...statements].map(([, typeOnly, from, bare]) => {
    const specifier = from ?? bare ?? ''
    const to = specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : specifier
    return { from: file, to, typeOnly: typeOnly !== undefined }
  })
}

/**
 * The groups of files that import each other in a circle, type imports included. None of them can be understood alone. Each
 * group is sorted.
 */
export function circles(imports: Import[]): string[][] {
  const targets = new Map<string, string[]>()
  for (const { from, to } of imports) targets.set(from, [...(targets.get(from) ?? []), to])
  const reached = new Map([...targets.keys()].map((file) => [file, reachableFrom(file, targets)]))
  const inCircle = [...reached].filter(([file, others]) => others.has(file)).map(([file]) => file)
  const groups = inCircle.map((file) =>
    inCircle.filter((other) => reached.get(file)?.has(other) && reached.get(other)?.has(file)).sort(),
  )
  return [...new Map(groups.map((group) => [group[0], group])).values()]
}

function reachableFrom(file: string, targets: ReadonlyMap<string, string[]>): Set<string> {
  const reached = new Set<string>()
  const open = [...(targets.get(file) ?? [])]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (reached.has(next)) continue
    reached.add(next)
    open.push(...(targets.get(next) ?? []))
  }
  return reached
}

/** A line for each import that breaks a rule. */
export function violations(imports: Import[]): string[] {
  return RULES.flatMap((rule) =>
    imports
      .filter(({ from, to, typeOnly }) => {
        const caught = rule.from.exec(from)
        if (!caught || (typeOnly && rule.values) || rule.except?.test(to)) return false
        return new RegExp(rule.to.replaceAll('$1', caught[1] ?? '')).test(to)
      })
      .map(({ from, to }) => `${from} imports ${to}: ${rule.why}`),
  )
}
