import { execFileSync } from 'node:child_process'
import { expect, it } from '@jest/globals'

/** What a process that runs this writes to its log: a JSON line for each event. */
function logged(code: string): Record<string, unknown>[] {
  const program = `import { createLogger } from '${new URL('./log.ts', import.meta.url)}'; const log = createLogger('order'); ${code}`
  const env = { PATH: process.env.PATH, REPLICA: '2' }
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], { env, encoding: 'utf8' })
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

it('a log line has its service and time, and no token, recipient or row data', () => {
  const [line] = logged(`
    const error = new Error('not null violated\\n - detail: Failing row contains (Kim, Seongnam)', { cause: new Error('cause') })
    log.info({ paymentToken: 'SECRET', input: { paymentToken: 'SECRET', recipient: { name: 'SECRET' } },
      headers: { authorization: 'SECRET' }, authorization: 'SECRET', err: Object.assign(error, { code: '23502', query: 'SECRET' }) }, 'hello')`)
  expect(line).toMatchObject({
    service: 'order',
    replica: 2,
    msg: 'hello',
    time: expect.stringMatching(/^2\d{3}-.*Z$/),
  })
  expect(line?.err).toMatchObject({ message: 'not null violated', code: '23502', cause: { message: 'cause' } })
  expect(JSON.stringify(line)).not.toMatch(/SECRET|Seongnam/)
})
