// npm run new-subgraph -- NAME: a context that works, to begin from; made of new-subgraph/template/.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { commandLine } from './command-line.ts'
import { CONTEXTS } from './contexts.mjs'
import { fill, namesOf, refusal } from './new-subgraph/name.ts'
import { LISTINGS } from './new-subgraph/rows.ts'
import { UserError } from './user-error.ts'

const ROOT = join(import.meta.dirname, '..')
const TEMPLATE = join(import.meta.dirname, 'new-subgraph/template')

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')

/** The template's files, by their paths in a context's folder. */
function template(): [path: string, text: string][] {
  const files = readdirSync(TEMPLATE, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.template'),
  )
  return files.map((file) => [file.replace(/\.template$/, ''), readFileSync(join(TEMPLATE, file), 'utf8')])
}

/** All that a new context is made of, by path: its own files, and those of others with what they say of it. */
function filesFor(name: string): Map<string, string> {
  const own = template()
  const words = [...own.map(([, text]) => text), read('subgraphs/order/inbound/graphql/types.generated.ts')].join('\n')
  const problem = refusal(name, { contexts: CONTEXTS, api: read('schema/api.graphql'), words })
  if (problem) throw new UserError(problem)
  const folder = `subgraphs/${name}`
  if (existsSync(join(ROOT, folder))) throw new UserError(`There is a folder ${folder} already.`)
  const names = namesOf(name)
  return new Map([
    ...own.map(([path, text]) => [`${folder}/${fill(path, names)}`, fill(text, names)] as const),
    ...LISTINGS.map(({ file, add }) => [file, add(read(file), names)] as const),
  ])
}

/** Runs a program as `npm run` would. */
function run(program: string, ...args: string[]): void {
  const { status } = spawnSync(program, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0)
    throw new UserError(`${program} ${args.join(' ')} failed: mend what it says above and run it again.`)
}

try {
  const { positionals } = commandLine('new-subgraph')
  const [name = '', ...more] = positionals
  if (more.length) throw new UserError('One context at a time.')
  // All is made before anything is written: what fails leaves nothing behind.
  const files = filesFor(name)
  for (const [path, text] of files) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true })
    writeFileSync(join(ROOT, path), text)
  }
  run('node', 'scripts/compose-schema.ts')
  run('node', 'scripts/deployment/main.ts')
  run('graphql-codegen', '--config', 'scripts/codegen.ts', '--silent')
  run('biome', 'check', '--write', ...[...files.keys()].filter((file) => /\.(ts|json|graphql)$/.test(file)))
  console.log(`Made the context ${name}, and told of it in ${LISTINGS.map(({ file }) => file).join(', ')}.

Next:
  npm test -- subgraphs/${name} proofs/contracts   its tests, and those that compare it with the docs
  npm start                                        it runs, and answers { ${namesOf(name).camel}(orderId: "…") { confirmedAt } }
  say what it is for: subgraphs/${name}/README.md, docs/language.md (its korean name, too), README.md
  make it yours, from domain/ outwards: docs/recipes.md`)
} catch (error) {
  if (!(error instanceof UserError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
