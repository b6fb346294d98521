import { expect, it } from '@jest/globals'
import { handedSocket } from './handed-socket.ts'

it.each([
  ['has its place in the list of names', { LISTEN_FDS: '2', LISTEN_FDNAMES: 'http:issuer' }, [3, 4]],
  ['is not there if nothing was handed', {}, [undefined, undefined]],
  ['is not there if fewer were handed than named', { LISTEN_FDS: '1', LISTEN_FDNAMES: 'http:issuer' }, [3, undefined]],
  [
    'is ours if it is for this process',
    { LISTEN_FDS: '1', LISTEN_FDNAMES: 'issuer', LISTEN_PID: `${process.pid}` },
    [undefined, 3],
  ],
  [
    'is not ours if it is for another process',
    { LISTEN_FDS: '1', LISTEN_FDNAMES: 'http', LISTEN_PID: '1' },
    [undefined, undefined],
  ],
])('a handed socket %s', (_, environment, expected) => {
  expect(['http', 'issuer'].map((name) => handedSocket(name, environment))).toEqual(expected)
})
