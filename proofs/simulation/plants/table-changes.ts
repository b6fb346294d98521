import type { Table, Transact } from '../../../chassis/transaction.ts'
import type { Said } from '../../../schema/events/facts.ts'

/** Replaces some functions of one table in all transactions. */
export function withTable<Tables, Says extends Said, Name extends keyof Tables>(
  transact: Transact<Tables, Says>,
  name: Name,
  change: (table: Tables[Name]) => Partial<Tables[Name]>,
): Transact<Tables, Says> {
  return (cause, work) => transact(cause, (tx) => work({ ...tx, [name]: { ...tx[name], ...change(tx[name]) } }))
}

/** A change for `withTable`: saves only the rows that `keeps` accepts. */
export const saving =
  <Row extends { id: string }>(keeps: (row: Row) => boolean) =>
  (table: Table<Row>): Partial<Table<Row>> => ({ save: (row) => void (keeps(row) && table.save(row)) })

/** Reads before the transaction and writes at its end, so that concurrent writes are lost. */
export function lastWriteWins<
  Tables extends { [name in Name]: Table<Row> },
  Says extends Said,
  Name extends string,
  Row extends { id: string },
>(transact: Transact<Tables, Says>, name: Name): Transact<Tables, Says> {
  const read = (cause: string, id: string) => transact<Row | null>(cause, (tx) => tx[name].find(id))
  return (cause, work) =>
    transact(cause, async (tx) => {
      const saved = new Map<string, Row>()
      const table: Table<Row> = {
        find: async (id) => saved.get(id) ?? read(cause, id),
        findAll: async (ids) => {
          const rows: Row[] = []
          for (const id of ids) rows.push(...[await table.find(id)].filter((row) => row !== null))
          return rows
        },
        lock: (ids) => table.findAll(ids),
        save: (row) => void saved.set(row.id, row),
      }
      const result = await work({ ...tx, [name]: table })
      for (const row of saved.values()) {
        await tx[name].find(row.id)
        tx[name].save(row)
      }
      return result
    })
}
