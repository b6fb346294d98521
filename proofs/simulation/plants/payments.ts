import type { Payment } from '../../../subgraphs/payment/domain/payment.ts'
import type { Plant } from '../plant.ts'
import { saving, withTable } from './table-changes.ts'

/** Mistakes in payment. */
export const payments = {
  /** An order that ended before its payment began can still be charged. */
  'no-payment-tombstone': {
    payment: (ports) => ({
      ...ports,
      transact: withTable(
        ports.transact,
        'payments',
        saving(({ closed, attempts }) => !closed || attempts.length > 0),
      ),
    }),
  },

  /** Each retry of a refund uses a new provider key. */
  'refund-retried-with-new-key': {
    payment: (ports) => ({
      ...ports,
      provider: {
        ...ports.provider,
        refund: (refund, requester) =>
          ports.provider.refund({ ...refund, key: `${refund.key} ${ports.newId()}` }, requester),
      },
    }),
  },

  /** Each retry of a charge uses a new provider key. */
  'charge-retried-with-new-key': {
    payment: (ports) => ({
      ...ports,
      provider: {
        ...ports.provider,
        charge: (charge, requester) =>
          ports.provider.charge({ ...charge, key: `${charge.key} ${ports.newId()}` }, requester),
      },
    }),
  },

  /** Another token is tried while the outcome of the previous one is unknown. */
  'second-open-attempt': {
    payment: (ports) => {
      const opened = new Set<string>()
      return {
        ...ports,
        transact: (cause, work) => {
          // A charge's first transaction decides whether to open a new attempt.
          const isFirst = !opened.has(cause)
          opened.add(cause)
          const hidden = new Map<string, Payment['attempts']>()
          const blind = withTable(ports.transact, 'payments', (payments) => ({
            lock: async (ids) => {
              const rows = await payments.lock(ids)
              return rows.map((row) => {
                hidden.set(
                  row.id,
                  row.attempts.filter(({ state }) => state === 'open'),
                )
                return { ...row, attempts: row.attempts.filter(({ state }) => state !== 'open') }
              })
            },
            save: (row) => payments.save({ ...row, attempts: [...(hidden.get(row.id) ?? []), ...row.attempts] }),
          }))
          return isFirst ? blind(cause, work) : ports.transact(cause, work)
        },
      }
    },
  },

  /** A refusal is believed for a retry, too, though the first call may have been charged. */
  'refusal-always-believed': {
    payment: (ports) => ({
      ...ports,
      transact: withTable(ports.transact, 'payments', (payments) => ({
        lock: async (ids) => {
          const rows = await payments.lock(ids)
          return rows.map((row) => ({ ...row, attempts: row.attempts.map((attempt) => ({ ...attempt, asked: 1 })) }))
        },
      })),
    }),
  },

  /** A charge that becomes known after the order has ended is not refunded. */
  'late-charge-kept': {
    payment: (ports) => ({
      ...ports,
      transact: withTable(ports.transact, 'payments', (payments) => ({
        save: (row) => {
          const isLate = row.refund?.asked === 0 && row.attempts.some(({ cause }) => cause === row.refund?.cause)
          payments.save(isLate ? { ...row, refund: null, dueAt: null } : row)
        },
      })),
    }),
  },

  /** A customer's declined tokens are not recorded. */
  'declines-uncounted': {
    payment: (ports) => ({
      ...ports,
      transact: withTable(ports.transact, 'payers', (payers) => ({
        save: (payer) => payers.save({ ...payer, declined: [] }),
      })),
    }),
  },

  /** Open attempts are not counted, so concurrent ones may exceed the limit when they are declined. */
  'open-attempts-uncounted': {
    payment: (ports) => ({
      ...ports,
      transact: withTable(ports.transact, 'payers', (payers) => ({
        save: (payer) => payers.save({ ...payer, open: [] }),
      })),
    }),
  },

  /** The number of declined tokens of an order is not limited. */
  'declines-of-order-uncounted': {
    payment: (ports) => ({ ...ports, settings: { ...ports.settings, mostDeclinedOfOrder: Infinity } }),
  },

  /** A charge is returned when its order was not heard of for a while, whether or not facts come at all. */
  'unheard-by-the-clock': {
    payment: (ports) => {
      const charged = new Map<string, Date>()
      return {
        ...ports,
        transact: withTable(ports.transact, 'payments', (payments) => ({
          save: (row) => {
            if (row.chargedAt && !row.orderedAt) charged.set(row.id, row.chargedAt)
            else charged.delete(row.id)
            payments.save(row)
          },
        })),
        unheard: async () =>
          [...charged].flatMap(([id, at]) => (ports.now().getTime() > at.getTime() + 1_000 ? [id] : [])),
      }
    },
  },

  /** The job that resolves unknown outcomes and sends refunds does not run. */
  'no-settlement-job': { payment: (ports) => ({ ...ports, dueAt: async () => [] }) },
} satisfies { [name: string]: Plant }
