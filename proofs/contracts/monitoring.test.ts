import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { MikroORM } from '@mikro-orm/postgresql'
import type { Pool } from 'pg'
import { NO_AUDIT } from '../../chassis/audit/audit.ts'
import { createServiceMetrics } from '../../chassis/metrics/service-metrics.ts'
import { startTestRouter } from '../../router/testing/router.ts'
import { NAMES } from '../../scripts/launcher/supervisor/processes.ts'
import { SIGN_IN_CODES } from '../../subgraphs/account/metrics.ts'
import { alertNames, alertRules, alertsTested, panelQueries, RULE_FILES } from '../monitoring/files.ts'
import { hurried } from '../monitoring/hurried.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

/** The metrics of a context and of `streams`; nothing is read from what they watch. */
const ofServices = () => {
  const { registry, ...metrics } = createServiceMetrics('any', NO_AUDIT)
  metrics.counter(SIGN_IN_CODES)
  metrics.watchPool({} as Pool)
  metrics.watchDatabase({} as MikroORM)
  metrics.watchNats(['order'], () => undefined)
  metrics.watchOverdue(async () => ({}))
  const ofContext = registry.getMetricsAsArray().map(({ name }) => name)
  registry.removeSingleMetric('service_nats_up') // A program watches its consumer or the streams.
  metrics.watchStreams([], () => undefined)
  return [...new Set([...ofContext, ...registry.getMetricsAsArray().map(({ name }) => name)])]
}

let router: Awaited<ReturnType<typeof startTestRouter>>
let ofRouter: string[]
beforeAll(async () => {
  const shop = { name: 'shop', typeDefs: 'type Query { name: String }', resolvers: {} }
  router = await startTestRouter([shop], { METRICS_PORT: 0 })
  const text = await (await fetch(router.metricsUrl)).text()
  ofRouter = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name)
})
afterAll(() => router.close())

/** The metrics in the tables of a page. */
const documented = (page: string) =>
  [...read(page).matchAll(/^\| (`[a-z_]+_[^|]*) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([a-z_]+)(?:\{[^}]*\})?`/g)].map(([, name = '']) => name),
  )
/** The metrics that a query of Prometheus names. */
const namedIn = (promql: string) =>
  [...promql.replaceAll(/"[^"]*"/g, '').matchAll(/\b(?:router|service|process|nodejs)_[a-z_0-9]+/g)].map(([name]) =>
    name.replace(/_(bucket|sum|count)$/, ''),
  )

describe('metrics', () => {
  it('of services are on their page, and no others', () => {
    const own = ofServices().filter((name) => name.startsWith('service_'))
    expect([...new Set(documented('docs/metrics.md'))].sort()).toEqual(own.sort())
  })

  it('of the router are on its page, and no others', () => {
    const own = ofRouter.filter((name) => name.startsWith('router_'))
    const listed = documented('docs/router.md').filter((name) => name.startsWith('router_'))
    expect(listed.sort()).toEqual(own.sort())
  })

  it('that rules and dashboard ask for exist', () => {
    const known = new Set([...ofServices(), ...ofRouter])
    const asked = [...alertRules(), ...panelQueries()].flatMap(({ expr }) => namedIn(expr))
    expect(asked.length).toBeGreaterThan(50)
    expect(asked.filter((name) => !known.has(name))).toEqual([])
  })

  it('have counters that end with _total, times in seconds, and a help text', async () => {
    const metrics = await createServiceMetrics('any', NO_AUDIT).registry.getMetricsAsJSON()
    for (const { name, help, type } of metrics) {
      expect([name, help.length > 0]).toEqual([name, true])
      if (String(type) === 'counter') expect(name).toMatch(/_total$/)
      expect(name).not.toMatch(/_(ms|milliseconds)(_|$)/)
    }
  })
})

describe('alerts', () => {
  const SECTIONS = ['What it means', 'How to look', 'How to mend it', 'When it is over']

  it('have a page each, to which they lead', () => {
    const pages = readdirSync(new URL('../../docs/runbook/', import.meta.url)).filter((page) => page !== 'README.md')
    expect(pages.sort()).toEqual(
      alertNames()
        .map((name) => `${name}.md`)
        .sort(),
    )
    for (const { alert, annotations } of alertRules()) {
      expect(annotations.runbook_url).toBe(`docs/runbook/${alert}.md`)
      const headings = [...read(annotations.runbook_url).matchAll(/^##? (.*)$/gm)].map(([, heading]) => heading)
      expect(headings).toEqual([alert, ...SECTIONS])
      expect(read('docs/runbook/README.md')).toContain(`[${alert}](${alert}.md)`)
    }
  })

  it('have a unit test each, for promtool', () => {
    expect([...new Set(alertsTested())].sort()).toEqual(alertNames().sort())
  })

  it('name programs that exist', () => {
    const named = alertRules().flatMap(({ expr }) =>
      [...expr.matchAll(/service=~?"([^"]+)"/g)].map(([, names]) => names),
    )
    for (const name of named.flatMap((names) => names?.split('|') ?? [])) expect(NAMES).toContain(name)
  })

  it('tell of each program that has no target, but not of the sandbox, which production does not have', () => {
    const rule = alertRules().find(({ alert }) => alert === 'ProgramNotScraped')
    const named = [...(rule?.expr.matchAll(/absent\(up\{service="([^"]+)"\}\)/g) ?? [])].map(([, name]) => name)
    expect(named.sort()).toEqual(NAMES.filter((name) => name !== 'provider').toSorted())
  })

  it('are hurried for the trial: none waits for minutes', () => {
    for (const file of RULE_FILES) {
      const rules = hurried(read(`deploy/monitoring/${file}`))
      expect(rules.match(/for: .*m$|\[\d+m\]|_seconds\)? > \d\d/gm)).toBeNull()
    }
  })
})
