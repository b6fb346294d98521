import type { Ports } from '../../../subgraphs/payment/application/ports.ts'
import type { PartRefund, Payment, Refund } from '../../../subgraphs/payment/domain/payment.ts'
import type { Plant } from '../plant.ts'
import { withTable } from './table-changes.ts'

/** Mistakes in refunds of parts: one for each rule of docs/language.md that prevents a loss of money. */
export const partRefunds = {
  /** A part is refunded although the order has ended, while the rest is being returned. */
  'part-of-ended-order': {
    refundPart: (ports) => ({
      ...ports,
      transact: inFirstTransaction(
        ports,
        (row) => ({ ...row, closed: false, refund: null }),
        ({ closed, refund }) => ({
          closed,
          refund,
        }),
      ),
    }),
  },

  /** Parts that are not known yet do not count in what can be returned. */
  'open-parts-uncounted': {
    refundPart: (ports) => ({
      ...ports,
      transact: inFirstTransaction(
        ports,
        (row) => ({ ...row, parts: row.parts.map((part) => (part.state === 'open' ? refused(part) : part)) }),
        ({ parts }, row) => ({ parts: row.parts.map((part) => parts.find(({ id }) => id === part.id) ?? part) }),
      ),
    }),
  },

  /** The rest is returned while parts are open. */
  'rest-beside-open-parts': {
    payment: (ports) => forgettingParts(ports, ({ refund }, { state }) => refund !== null && state === 'open'),
  },

  /** The whole is returned when the order ends, not the rest. */
  'whole-after-parts': {
    payment: (ports) =>
      forgettingParts(ports, ({ refund, parts }) => refund !== null && parts.every(({ state }) => state !== 'open')),
  },

  /** The rest is what was left when the order ended: a part that was open then is forgotten when it is done. */
  'rest-forgets-part': {
    payment: (ports) =>
      forgettingParts(
        {
          ...ports,
          transact: withTable(ports.transact, 'payments', (payments) => ({
            save: (row) => {
              const open = row.parts.filter(({ state }) => state === 'open').map(({ id }) => id)
              const refund: Forgetful | null = row.refund && { forgets: open, ...row.refund }
              payments.save({ ...row, refund })
            },
          })),
        },
        ({ refund, parts }, { id }) => {
          const { forgets = [] }: Partial<Forgetful> = refund ?? {}
          return forgets.includes(id) && parts.every(({ state }) => state !== 'open')
        },
      ),
  },

  /** The provider's key is the owner's, which another order's refund may have, too. */
  'part-by-caller-key': {
    payment: (ports) => byCallersKey(ports),
  },

  /** The owner's key is ignored: a repeated request returns the part again. */
  'refund-key-ignored': {
    paymentCommands: ({ refundPart, ...others }, { newId }) => ({
      ...others,
      refundPart: (ownerId, input) => refundPart(ownerId, { ...(input as object), refundKey: newId() }),
    }),
  },

  /** The provider's answer to a part is lost, and that is taken for its refusal. */
  'unknown-is-declined': {
    payment: (ports) => ({
      ...ports,
      provider: {
        ...ports.provider,
        refund: async (refund, requester) => {
          const outcome = await ports.provider.refund(refund, requester)
          return outcome === 'unknown' ? 'declined' : outcome
        },
      },
    }),
  },
} satisfies { [name: string]: Plant }

type Forgetful = Refund & { forgets: string[] }

/** In the transaction that begins a part, payments look as `hide` says; `restore` returns what is saved of the hidden. */
function inFirstTransaction(
  ports: Ports,
  hide: (row: Payment) => Payment,
  restore: (hidden: Payment, row: Payment) => Partial<Payment>,
): Ports['transact'] {
  const begun = new Set<string>()
  return (cause, work) => {
    const isFirst = !begun.has(cause)
    begun.add(cause)
    const hidden = new Map<string, Payment>()
    const blind = withTable(ports.transact, 'payments', (payments) => ({
      lock: async (ids) => {
        const rows = await payments.lock(ids)
        for (const row of rows) hidden.set(row.id, row)
        return rows.map(hide)
      },
      save: (row) => {
        const before = hidden.get(row.id)
        payments.save(before ? { ...row, ...restore(before, row) } : row)
      },
    }))
    return isFirst ? blind(cause, work) : ports.transact(cause, work)
  }
}

/** Parts of locked payments that `forgets` accepts look as if nothing had been returned by them. They are kept as they are. */
function forgettingParts(ports: Ports, forgets: (payment: Payment, part: PartRefund) => boolean): Ports {
  const transact: Ports['transact'] = (cause, work) => {
    const real = new Map<string, PartRefund>()
    return withTable(ports.transact, 'payments', (payments) => ({
      lock: async (ids) => {
        const rows = await payments.lock(ids)
        return rows.map((row) => {
          const forgotten = row.parts.filter((part) => forgets(row, part))
          for (const part of forgotten) real.set(part.id, part)
          return { ...row, parts: row.parts.map((part) => (forgotten.includes(part) ? refused(part) : part)) }
        })
      },
      save: (row) => payments.save({ ...row, parts: row.parts.map((part) => real.get(part.id) ?? part) }),
    }))(cause, work)
  }
  return { ...ports, transact }
}

const refused = (part: PartRefund): PartRefund => ({ ...part, state: 'refused', dueAt: null })

function byCallersKey(ports: Ports): Ports {
  const callersKeys = new Map<string, string>()
  return {
    ...ports,
    transact: withTable(ports.transact, 'payments', (payments) => ({
      save: (row) => {
        for (const { key, refundKey } of row.parts) callersKeys.set(key, refundKey)
        payments.save({ ...row, parts: row.parts.map((part) => ({ ...part, key: part.refundKey })) })
      },
    })),
    provider: {
      ...ports.provider,
      refund: (refund, requester) =>
        ports.provider.refund({ ...refund, key: callersKeys.get(refund.key) ?? refund.key }, requester),
    },
  }
}
