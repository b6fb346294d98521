import { createHash } from 'node:crypto'
import { expect, it } from '@jest/globals'
import { createPersisted } from './persisted.ts'

const extensionsOf = (text: string) => ({
  persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(text).digest('hex') },
})

it('one client cannot push out what others have sent', () => {
  const persisted = createPersisted()
  const send = (text: string, client: string) => persisted(text, extensionsOf(text), client)
  const isKnown = (text: string) => 'query' in persisted(undefined, extensionsOf(text), 'user ben')
  send('{ mine }', 'user ann')
  for (let n = 0; n < 2_000; n++) send(`{ a${n}: many }`, 'address 192.0.2.1')
  for (let n = 0; n < 50; n++) send(`{ a${n}: long } # ${'x'.repeat(60_000)}`, 'address 192.0.2.1')
  expect([isKnown('{ mine }'), isKnown('{ a0: many }')]).toEqual([true, false])
})
