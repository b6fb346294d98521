import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { expect, it } from '@jest/globals'
import { freePort, publicPorts } from './ports.ts'

it('a port is picked by one process only, even before anything listens on it', async () => {
  const first = randomInt(21_000, 31_000)
  const pick = () => freePort(new Set(), { first, last: first + 5 })
  const picked: number[] = []
  let failure: unknown = null
  // Some of them may be in use by whatever runs here.
  while (!failure) {
    await pick().then(
      (port) => picked.push(port),
      (error) => {
        failure = error
      },
    )
    if (picked.length > 5) break
  }
  expect(picked.length).toBeGreaterThan(0)
  expect(new Set(picked).size).toBe(picked.length)
  expect(failure).toEqual(new Error(`No port is free between ${first} and ${first + 5}.`))
})

it('all ports of the settings that can not be used are reported at once', async () => {
  const servers = await Promise.all(
    [1, 2].map(() => {
      const server = createServer()
      return new Promise<typeof server>((done) => server.listen(0, '127.0.0.1', () => done(server)))
    }),
  )
  const [router = 0, issuer = 0] = servers.map((server) => (server.address() as { port: number }).port)
  const requested = [
    { setting: 'PORT', port: router },
    { setting: 'ISSUER_PORT', port: issuer },
    { setting: 'METRICS_PORT', port: router },
    { setting: 'METRICS_PORT', port: 4190 },
  ]
  await expect(publicPorts(requested, new Set())).rejects.toThrow(
    [
      `Port ${router} is in use: choose another with PORT, e.g. PORT=${router + 1} npm start`,
      `Port ${issuer} is in use: choose another with ISSUER_PORT, e.g. ISSUER_PORT=${issuer + 1} npm start`,
      `Port ${router} is PORT's already: choose another METRICS_PORT.`,
      'Port 4190 (METRICS_PORT) can not be used: browsers, and fetch, refuse to ask it.',
    ].join('\n'),
  )
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))))
  const taken = new Set<number>()
  const [first, second] = await publicPorts(
    [
      { setting: 'PORT', port: router },
      { setting: 'ISSUER_PORT', port: 0 },
    ],
    taken,
  )
  expect(first).toBe(router)
  expect(taken).toEqual(new Set([first, second]))
})
