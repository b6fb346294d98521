import { expect, it } from '@jest/globals'
import { databaseUrl } from './access.ts'

const HERE = import.meta.filename
const problemOf = (url: string) => databaseUrl.safeParse(url).error?.issues[0]?.message

it.each([
  'postgres://order:p,w@db:5432/flower_order',
  'postgresql://db.example/flower_order?sslmode=disable',
  'postgres://[::1]:5432/order',
  'postgres://db:5432/order?sslmode=verify-full',
  `postgres://db/order?sslmode=verify-full&sslrootcert=${HERE}&sslcert=${HERE}&sslkey=${HERE}`,
])('%s is a DATABASE_URL', (url) => {
  expect(problemOf(url)).toBeUndefined()
})

it.each([
  ['nowhere', /no postgres:/],
  ['http://db/order', /no postgres:/],
  ['postgres://a:5432,b:5432/order', /one host: a name that follows the primary/],
  ['postgres://u:secret@a,b/order', /one host/],
  ['postgres://db/order?sslmode=require', /disable or verify-full/],
  ['postgres://db/order?sslmode=no-verify', /disable or verify-full/],
  ['postgres://db/order?sslmode=prefer', /disable or verify-full/],
  ['postgres://db/order?sslmode=verify-ca', /disable or verify-full/],
  ['postgres://db/order?sslmode=verify-full&sslmode=disable', /sslmode once/],
  ['postgres://db/order?ssl_mode=verify-full', /no parameter ssl_mode: there are sslmode/],
  ['postgres://db/order?port=1', /no parameter port/],
  ['postgres://db/order?ssl=true', /sslmode=verify-full instead of ssl/],
  ['postgres://db/order?sslmode=verify-full&uselibpqcompat=true', /no uselibpqcompat/],
  ['postgres://db/order?target_session_attrs=read-write', /a name that follows the primary/],
  ['postgres://db/order?host=other', /host before the path/],
  ['postgres://10.0.0.1/order?sslmode=verify-full', /needs the name of the host/],
  ['postgres://[::1]:5432/order?sslmode=verify-full', /needs the name of the host/],
  [`postgres://db/order?sslrootcert=${HERE}`, /sslrootcert needs sslmode=verify-full/],
  ['postgres://db/order?sslmode=verify-full&sslrootcert=/nowhere', /sslrootcert names a file that is not there/],
  [`postgres://db/order?sslmode=verify-full&sslcert=${HERE}`, /sslcert and sslkey go together/],
])('%s is refused', (url, message) => {
  expect(problemOf(url)).toMatch(message)
  expect(problemOf(url)).not.toContain('secret')
})
