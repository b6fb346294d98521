import { expect, it } from '@jest/globals'
import { overdueIn } from './overdue.ts'

it('reads from the metrics what waits too long, and nothing else', () => {
  const metrics = `# HELP service_overdue What has waited too long
# TYPE service_overdue gauge
service_overdue{kind="not_taken"} 2
service_overdue{program="delivery",kind="failed"} 0
service_parked_facts 3
`
  expect([...overdueIn(metrics)]).toEqual([
    ['not_taken', 2],
    ['failed', 0],
  ])
})
