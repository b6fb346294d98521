import { CONTEXTS } from '../contexts.mjs'

/** The programs that every system has; the sandbox is there in development only. */
const PROGRAMS = [...CONTEXTS, 'router', 'streams']

/** The rules of deploy/monitoring that name every program. */
export const programAlerts =
  (): string => `# Made by \`npm run deployment\` from the list of programs; do not edit. A program that has no target says nothing, not even \`up == 0\`.
groups:
  - name: flower-programs
    rules:
      - alert: ProgramNotScraped
        expr: |
          ${PROGRAMS.map((name) => `absent(up{service="${name}"})`).join('\n          or ')}
        for: 2m
        labels: { severity: page }
        annotations:
          summary: 'Prometheus has no target of {{ $labels.service }}'
          runbook_url: docs/runbook/ProgramNotScraped.md
`
