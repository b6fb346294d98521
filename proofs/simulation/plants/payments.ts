import type { Payment } from '../../../subgraphs/payment/domain/payment.ts'
import type { Plant } from '../plant.ts'
import { saving, withTable } from './stand-ins.ts'

/** Rules of payment. */
export const payments = {
  /** An order that is over before it was charged can be charged after it. */
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

  /** Each asking for a refund is a refund of its own. */
  'refund-without-own-key': {
    payment: (ports) => ({
      ...ports,
      provider: {
        ...ports.provider,
        refund: (refund, asker) => ports.provider.refund({ ...refund, key: `${refund.key} ${ports.newId()}` }, asker),
      },
    }),
  },

  /** Each asking for a charge is a charge of its own. */
  'charge-without-own-key': {
    payment: (ports) => ({
      ...ports,
      provider: {
        ...ports.provider,
        charge: (charge, asker) => ports.provider.charge({ ...charge, key: `${charge.key} ${ports.newId()}` }, asker),
      },
    }),
  },

  /** Another token is tried while the outcome of the last is not known. */
  'second-open-attempt': {
    payment: (ports) => {
      const opened = new Set<string>()
      return {
        ...ports,
        transact: (cause, work) => {
          // The first transaction of a charge is the one that decides about a new attempt.
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

  /** "Refused without effect" is believed of a second asking too, though the first may have been charged. */
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

  /** A charge that turns out to be made when the order is over is kept. */
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

  /** A customer's declined tokens are forgotten. */
  'declines-uncounted': {
    payment: (ports) => ({
      ...ports,
      transact: withTable(ports.transact, 'payers', (payers) => ({
        save: (payer) => payers.save({ ...payer, declined: [] }),
      })),
    }),
  },

  /** Attempts that are open are not counted: those at once may all be declined. */
  'open-attempts-uncounted': {
    payment: (ports) => ({
      ...ports,
      transact: withTable(ports.transact, 'payers', (payers) => ({
        save: (payer) => payers.save({ ...payer, open: [] }),
      })),
    }),
  },

  /** An order may be tried to be paid by any number of tokens. */
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

  /** Nobody finds out what the provider did not answer, and nobody returns money. */
  'no-settling': { payment: (ports) => ({ ...ports, dueAt: async () => [] }) },
} satisfies { [name: string]: Plant }
