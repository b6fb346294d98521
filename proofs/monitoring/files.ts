import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

const read = (file: string) => readFileSync(new URL(`../../deploy/monitoring/${file}`, import.meta.url), 'utf8')

/** The files with alerting rules. */
export const RULE_FILES = ['alerts.yml', 'programs.yml']

/** One of their rules. */
export type Rule = { alert: string; expr: string; annotations: { summary: string; runbook_url: string } }

/** All alerting rules. */
export function alertRules(): Rule[] {
  type Rules = { groups: { rules: Rule[] }[] }
  const files = RULE_FILES.map((file) => parse(read(file)) as Rules) // promtool has checked them.
  return files.flatMap(({ groups }) => groups.flatMap(({ rules }) => rules))
}

export const alertNames = (): string[] => alertRules().map(({ alert }) => alert)

/** The alerts that promtool's unit tests expect to fire. */
export function alertsTested(): string[] {
  type Tests = { tests: { alert_rule_test?: { alertname: string; exp_alerts?: unknown[] }[] }[] }
  const { tests } = parse(read('alerts.test.yml')) as Tests // As above.
  return tests.flatMap(({ alert_rule_test: expected = [] }) =>
    expected.filter(({ exp_alerts = [] }) => exp_alerts.length > 0).map(({ alertname }) => alertname),
  )
}

/** Every query of the dashboard, with its panel's title. */
export function panelQueries(): { title: string; expr: string }[] {
  type Panel = { title: string; targets?: { expr: string }[] }
  const { panels } = JSON.parse(read('dashboard.json')) as { panels: Panel[] } // Ours, in Grafana's schema.
  return panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })))
}
