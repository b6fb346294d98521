import { describe, expect, it } from '@jest/globals'
import { createAddressOf, createIsSecure } from './client-address.ts'

const addressOf = (remoteAddress: string | undefined, proxies = 0, forwarded?: string) =>
  createAddressOf(proxies)({ headers: { 'x-forwarded-for': forwarded }, socket: { remoteAddress } })

describe('the address that a request counts against', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:c000:207', '192.0.2.7'],
    ['0:0:0:0:0:ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:1:2:3:4:192.0.2.7', '2001:db8:1:2::/64'],
    ['1:2:3:4:5:ffff:192.0.2.7', '1:2:3:4::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['fe80:0:0:1:2:3:4:5%eth0.100', 'fe80:0:0:1::/64'],
    ['::1', '0:0:0:0::/64'],
    ['1::', '1:0:0:0::/64'],
    [undefined, ''],
  ])('of the address %s is %s', (address, expected) => {
    expect(addressOf(address)).toBe(expected)
  })

  it('ignores the client’s header if no proxy is trusted', () => {
    expect(addressOf('192.0.2.7', 0, '198.51.100.1')).toBe('192.0.2.7')
  })

  it.each([
    [1, '198.51.100.1', '198.51.100.1'],
    [1, 'made up, 203.0.113.9,198.51.100.1', '198.51.100.1'],
    [2, '203.0.113.9, 198.51.100.1 ,10.0.0.2', '198.51.100.1'],
    [1, '2001:db8:1:2::5', '2001:db8:1:2::/64'],
    [1, '::ffff:198.51.100.1', '198.51.100.1'],
    [1, '198.51.100.1:52011', '198.51.100.1'],
    [1, '[2001:db8:1:2::5]:52011', '2001:db8:1:2::/64'],
    [1, '[2001:db8:1:2::5]', '2001:db8:1:2::/64'],
  ])('is the one that the first of %i proxies added to %s', (proxies, forwarded, expected) => {
    expect(addressOf('10.0.0.1', proxies, forwarded)).toBe(expected)
  })

  it.each([
    ['missing', 1, undefined],
    ['empty', 1, ''],
    ['further left than there are any', 3, '198.51.100.1, 10.0.0.2'],
    ['no address', 1, '198.51.100.1, unknown'],
    ['nearly one', 1, '198.51.100.256'],
    ['half a port', 1, '198.51.100.1:'],
    ['nothing', 1, '198.51.100.1,'],
  ])('is the connection’s where the entry is %s', (_, proxies, forwarded) => {
    expect(addressOf('10.0.0.1', proxies, forwarded)).toBe('10.0.0.1')
  })
})

describe('TLS', () => {
  it.each([
    ['https', 0, false],
    ['https', 1, true],
    ['HTTPS', 1, true],
    ['http', 1, false],
    [undefined, 1, false],
    ['https, http', 2, true],
    ['http, https', 2, false],
    // The client's own word, before what the proxy adds.
    ['https, http', 1, false],
    // The second of two proxies passes on what the first one said.
    ['https', 2, true],
  ])('by %s of %d proxies: %s', (proto, proxies, expected) => {
    const headers = proto === undefined ? {} : { 'x-forwarded-proto': proto }
    expect(createIsSecure(proxies)({ headers })).toBe(expected)
  })
})
