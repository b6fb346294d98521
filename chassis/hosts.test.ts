import { describe, expect, it } from '@jest/globals'
import { innerHosts } from './hosts.ts'

const OWN = [
  'localhost',
  'LocalHost:8080',
  '127.0.0.1',
  '127.0.0.1:8080',
  '127.1.2.3',
  '[::1]:8080',
  '[::1]',
  undefined,
]
const FOREIGN = [
  '',
  'evil.example',
  'evil.example:8080',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  '10.0.0.1',
]

describe('an inner port', () => {
  it.each(['127.0.0.1', '::1', 'localhost'])('of this machine alone (%s) answers to its own names only', (address) => {
    const isOwnHost = innerHosts(address)
    expect(OWN.filter((host) => !isOwnHost(host))).toEqual([])
    expect(FOREIGN.filter(isOwnHost)).toEqual([])
  })

  it('of a network answers to any name, unless it has been given its own', () => {
    expect([...OWN, ...FOREIGN].filter((host) => !innerHosts('0.0.0.0')(host))).toEqual([])
    const isOwnHost = innerHosts('0.0.0.0', ['provider'])
    expect([...OWN, 'provider', 'Provider:8080'].filter((host) => !isOwnHost(host))).toEqual([])
    expect([...FOREIGN, 'provider.evil.example'].filter(isOwnHost)).toEqual([])
  })
})
