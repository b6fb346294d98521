import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type MikroORM, OptimisticLockError } from '@mikro-orm/postgresql'
import { migratedDatabase } from '../../proofs/testing/database.ts'
import { newId } from '../ids.ts'
import { ThingRow, thingSchema } from '../testing/thing-row.ts'
import type { Thing } from '../testing/transactions-suite.ts'
import { openDatabase } from './database.ts'
import { postgresTable, postgresTransactions } from './transactions.ts'
import { isUnavailable } from './unavailable.ts'

let database: Awaited<ReturnType<typeof migratedDatabase>>
let orm: MikroORM
/** What is between the service and its database. */
let way: Server
const connections = new Set<Socket>()

beforeAll(async () => {
  database = await migratedDatabase('chassis', thingSchema)
  const url = new URL(database.url)
  const [host, port] = [url.hostname, Number(url.port)]
  way = createServer((from) => {
    const to = connect(port, host)
    for (const socket of [from, to]) {
      connections.add(socket)
      socket.on('error', () => {})
    }
    from.pipe(to).pipe(from)
  })
  await open()
  url.port = String((way.address() as AddressInfo).port)
  orm = await openDatabase(url.href, thingSchema)
})
afterAll(async () => {
  await orm.close(true)
  cut()
  await database.drop()
})

const open = (port = 0) => new Promise<void>((resolve) => way.listen(port, '127.0.0.1', resolve))
const cut = () => {
  way.close()
  for (const socket of connections) socket.destroy()
  connections.clear()
}

const stamp = () => ({ id: newId(), key: 'k', subject: 's', message: {} })
const transact: ReturnType<typeof onDatabase> = (cause, work) => onDatabase()(cause, work)
const onDatabase = () => postgresTransactions(orm, stamp, (em) => ({ things: postgresTable<Thing>(em, ThingRow) }))
const thing = (): Thing => ({ id: newId(), name: 'rose', count: 1, at: new Date(), note: null, parts: [] })
const save = (it = thing()) => transact('made', async (tx) => tx.things.save(it))
const query = (sql: string) => orm.em.fork().execute(sql)
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => {
      throw new Error('It did not fail.')
    },
    (error: unknown) => error,
  )

describe('a database counts as unavailable', () => {
  it('if its session ends in a transaction or a query', async () => {
    const end = 'select pg_terminate_backend(pg_backend_pid())'
    expect(isUnavailable(await failureOf(query(end)))).toBe(true)
    const failure = await failureOf(
      orm.em.fork().transactional(async (em) => {
        await em.execute(end)
      }),
    )
    expect(isUnavailable(failure)).toBe(true)
    await save() // The next one is served again.
  })

  it('if it can’t be reached, or the connection is lost during a query', async () => {
    const failure = failureOf(query('select pg_sleep(60)'))
    await query('select 1')
    const { port } = way.address() as AddressInfo
    cut()
    expect(isUnavailable(await failure)).toBe(true)
    for (const work of [() => save(), () => query('select 1'), () => orm.em.fork().find(ThingRow, {})])
      expect(isUnavailable(await failureOf(work()))).toBe(true)
    await open(port)
    await save()
  })

  it('if it is read-only', async () => {
    const failure = await failureOf(
      orm.em.fork().transactional(async (em) => {
        await em.execute('set transaction read only')
        await em.execute('update things set count = 2')
      }),
    )
    expect(isUnavailable(failure)).toBe(true)
  })

  it('if it takes too long', async () => {
    const failure = await failureOf(
      orm.em.fork().transactional(async (em) => {
        await em.execute('set local statement_timeout = 1')
        await em.execute('select pg_sleep(5)')
      }),
    )
    expect(isUnavailable(failure)).toBe(true)
  })

  it.each([
    ['no slots left', Object.assign(new Error('sorry, too many clients already'), { code: '53300' })],
    ['starting up', Object.assign(new Error('the database system is starting up'), { code: '57P03' })],
    ['no connection of the pool in time', new Error('timeout exceeded when trying to connect')],
    ['a race lost again and again', new OptimisticLockError('It has changed.')],
    ['several addresses', new AggregateError([Object.assign(new Error('no'), { code: 'ECONNREFUSED' })], '')],
    ['a cause', new Error('does not answer', { cause: new Error('Connection terminated unexpectedly') })],
  ])('%s', (_, error) => {
    expect(isUnavailable(error)).toBe(true)
  })
})

describe('a bug does not count as unavailable', () => {
  it('in a statement or in data', async () => {
    const one = thing()
    await save(one)
    const wrong = ['selct 1', 'select * from nowhere', `insert into things (id) values ('${one.id}')`, 'select 1 / 0']
    for (const sql of wrong) expect(isUnavailable(await failureOf(query(sql)))).toBe(false)
  })

  it.each([new Error('oops'), new TypeError('undefined is no function'), 'text', null, undefined, { code: '57P01' }])(
    '%p',
    (error) => {
      expect(isUnavailable(error)).toBe(false)
    },
  )
})
