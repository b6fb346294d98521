import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { CONTEXTS } from '../../scripts/contexts.mjs'
import { NAMES, specsOf } from '../../scripts/launcher/supervisor/processes.ts'
import { SETTINGS_SCHEMAS, settingsIn } from '../testing/readers.ts'
import { defaultProblems, type Row, rowsIn } from '../testing/settings-tables.ts'

const ROOT = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8')
const section = (path: string, heading: string) =>
  read(path)
    .split(/^(?=## )/m)
    .find((part) => part.startsWith(`## ${heading}\n`)) ?? ''

const ROUTER_PAGE = 'docs/router.md'
const routerRows = rowsIn(read(ROUTER_PAGE))
const startRows = rowsIn(section('docs/operators.md', 'Settings of `npm start`'))
const aloneRows = rowsIn(section('docs/operators.md', 'A program alone'))

/** Settings that `npm start` sets for itself and for its tests. */
const INTERNAL = ['STOP_WITH_PARENT']
/** Settings that no schema has: for every program's log, and for Node itself. */
const WITHOUT_SCHEMA = ['LOG_LEVEL', 'NODE_EXTRA_CA_CERTS']

const router = settingsIn(SETTINGS_SCHEMAS['router/main.ts'])
/** One row for the passwords of all programs. */
const nameOf = ({ name }: { name: string }) =>
  name.replace(/^(DATABASE_(?:OWNER_)?PASSWORD|NATS_PASSWORD)_.*/, '$1_NAME')
const start = settingsIn(SETTINGS_SCHEMAS['scripts/up.ts'])
  .filter(({ name }) => !INTERNAL.includes(name))
  .map((setting) => ({ ...setting, name: nameOf(setting) }))
const programs = Object.entries(SETTINGS_SCHEMAS)
  .flatMap(([main, schema]) => (main === 'router/main.ts' || main === 'scripts/up.ts' ? [] : settingsIn(schema)))
  .map((setting) => ({ ...setting, name: nameOf(setting) }))
const known = new Set([...WITHOUT_SCHEMA, ...[...router, ...start, ...programs].map(({ name }) => name)])

/** The operator's settings that `npm start` passes on to its programs. */
function passedOn(): string[] {
  const marker = '7' // a value that no other setting has
  const environments = specsOf({
    ports: { ...Object.fromEntries(NAMES.map((name) => [name, [20_000]])), router: [4000] },
    databases: Object.fromEntries(CONTEXTS.map((name) => [name, 'postgres://here'])),
    natsUrl: () => 'nats://here',
    issuer: { url: 'http://localhost:4090', port: 4090 },
    secret: (name) => `secret of ${name}`,
    nodeEnv: 'production',
    provider: { url: 'https://provider.example', token: 'credential' },
    environment: Object.fromEntries([...known].map((name) => [name, marker])),
    compileCache: '/nowhere',
    providerBook: '/nowhere',
    auditDir: '/nowhere',
  }).map(({ env }) => env)
  return [...known].filter((name) => environments.some((env) => env[name] === marker))
}

const namesOf = (rows: Row[]) => rows.map(({ name }) => name)
const missing = (expected: Iterable<string>, ...rows: Row[][]) => {
  const listed = new Set(rows.flatMap(namesOf))
  return [...new Set(expected)].filter((name) => !listed.has(name))
}

describe('the settings', () => {
  it('of each config.ts are checked here', () => {
    const imported = read('scripts/launcher/supervisor/program-settings.ts')
    const files = globSync('{chassis,router,subgraphs}/**/config.ts', { cwd: ROOT })
    expect(files.filter((file) => !imported.includes(`'../../../${file}'`))).toEqual([])
  })

  it('of the router are all on its page', () => {
    expect(
      missing(
        router.map(({ name }) => name),
        routerRows,
      ),
    ).toEqual([])
  })

  it('of `npm start` and those that it passes on are all on the operators’ page (the router’s may be on the router’s page)', () => {
    const passed = passedOn()
    const ofServices = passed.filter((name) => programs.some((setting) => setting.name === name))
    expect(missing([...start.map(({ name }) => name), ...ofServices], startRows)).toEqual([])
    expect(missing(passed, startRows, routerRows)).toEqual([])
  })

  it('of each other program are all on the operators’ page', () => {
    const notPassedOn = programs.map(({ name }) => name).filter((name) => !passedOn().includes(name))
    expect(missing(notPassedOn, aloneRows)).toEqual([])
  })

  it('on the pages have the defaults of the code', () => {
    const passed = [...router, ...programs].filter(({ name }) => passedOn().includes(name))
    const ofStart = [...passed.filter(({ name }) => !start.some((own) => own.name === name)), ...start]
    const checked = startRows.filter(({ name }) => name !== 'NODE_ENV') // settings.ts sets its default outside the schema
    expect(defaultProblems(routerRows, router)).toEqual([])
    expect(defaultProblems(checked, ofStart)).toEqual([])
    expect(defaultProblems(aloneRows, programs)).toEqual([])
  })

  it('on the pages exist', () => {
    const rows = [...routerRows, ...startRows, ...aloneRows]
    expect(rows.length).toBeGreaterThan(70)
    expect(namesOf(rows).filter((name) => !known.has(name))).toEqual([])
  })

  it('that are mentioned on any page exist', () => {
    const code = globSync('{chassis,proofs,router,schema,scripts,subgraphs}/**/*.{ts,mjs,graphql}', { cwd: ROOT })
    const text = [...code, 'docker-compose.yml'].map(read).join('\n')
    const isOfCode = (name: string) => known.has(name) || new RegExp(`\\b${name}\\b`).test(text)
    for (const page of globSync('**/*.md', {
      cwd: ROOT,
      exclude: (name) => name === 'node_modules' || name.startsWith('.data'),
    })) {
      if (page.startsWith('docs/decisions/') || page === 'CHANGELOG.md') continue
      const examples =
        read(page)
          .match(/^```[\s\S]*?^```/gm)
          ?.join() ?? '' // with placeholders such as STORE_ID
      const mentioned = [...read(page).matchAll(/`([A-Z]+(?:_[A-Z]+)+)(?==|`)/g)].map(([, name = '']) => name)
      const wrong = mentioned.filter((name) => !isOfCode(name) && !examples.includes(name))
      expect([page, wrong]).toEqual([page, []])
    }
  })
})

describe('the check of defaults', () => {
  const code = [
    { name: 'ONE', default: '10' },
    { name: 'TWO', default: 'required' },
    { name: 'THREE', default: null },
  ]
  it.each([
    ['| `ONE` | 11 |', 'ONE: 11 on the page, 10 in the code'],
    ['| `ONE` | |', 'ONE: nothing on the page, 10 in the code'],
    ['| `ONE`, `TWO` | 10, 20 |', 'TWO: 20 on the page, required in the code'],
    ['| `THREE` | 5 |', 'THREE: 5 on the page, none in the code'],
  ])('reports %s', (row, problem) => {
    expect(defaultProblems(rowsIn(`| setting | default |\n|---|---|\n${row}\n`), code)).toEqual([problem])
  })
})
