import { z } from 'zod'
import {
  type IdempotencyConflict,
  type InvalidInput,
  idempotencyConflict,
  type NotFound,
  notFound,
  type WrongState,
} from '../../../chassis/failures.ts'
import { derivedId } from '../../../chassis/ids.ts'
import { opaque, readInput, text } from '../../../chassis/inputs.ts'
import { beginPart, type RefundTooMuch } from '../domain/part-refunds.ts'
import type { PartRefund, Payment, ProviderCall } from '../domain/payment.ts'
import { callProvider, retryAt } from './call-provider.ts'
import type { Ports, Tx } from './ports.ts'

/** It is known what has come of it: DONE, or REFUSED by the provider. */
export type RefundPayload = { type: 'RefundPayload'; payment: Payment; refund: PartRefund }
/** It is recorded, and asked of the provider until it is known. */
export type RefundPending = { type: 'RefundPending'; message: string; refund: PartRefund }
export type RefundResult =
  | RefundPayload
  | RefundPending
  | RefundTooMuch
  | IdempotencyConflict
  | NotFound
  | WrongState
  | InvalidInput

const MOST = 2_000_000_000
const refundPartInput = z.object({
  orderId: z.string(),
  refundKey: opaque('The refund key', 255),
  amount: z.object({
    amount: z.int().min(1, 'A refund is at least 1.').max(MOST, `A refund is at most ${MOST}.`),
    currency: z.literal('KRW', 'Refunds must be in KRW.'),
  }),
  reason: text('The reason', 500),
})
type Input = z.infer<typeof refundPartInput>

/** The part refunds of this process whose provider calls are in progress. */
export function refunding(ports: Ports) {
  const inProgress = new Set<ReturnType<typeof callProvider>>()
  return {
    /**
     * Returns a part of what was paid for an order, once for each key of the order. Only the store's owner may; for everyone else there
     * is no such order. It is committed before the provider is called, and settled (settle.ts) if the answer does not come in time.
     */
    refundPart: async (ownerId: string, input: unknown): Promise<RefundResult> => {
      const read = readInput(refundPartInput, input)
      if ('failure' in read) return read.failure
      const cause = ports.newId()
      const begun = await ports.transact(cause, (tx) => begin(ports, tx, ownerId, read.value, cause))
      if ('type' in begun) return begun
      const { payment, part, call } = begun
      if (!call || !payment.customerId) return answerTo(payment, part.id)
      const calling = callProvider(ports, call, { customerId: payment.customerId, settling: false })
      const settled: typeof calling = calling.finally(() => inProgress.delete(settled))
      inProgress.add(settled)
      settled.catch((err) => ports.log.warn({ err, correlationId: payment.id }, 'a part refund is not settled yet'))
      const called = await ports.inTime(settled.catch(() => null))
      return answerTo(called?.payment ?? payment, part.id)
    },
    /** Resolves when no call of a part refund is in progress. */
    idle: async () => void (await Promise.allSettled(inProgress)),
  }
}

type Begun = { payment: Payment; part: PartRefund; call: ProviderCall | null }

async function begin(
  ports: Ports,
  tx: Tx,
  ownerId: string,
  { orderId, refundKey, amount, reason }: Input,
  cause: string,
): Promise<Begun | Exclude<RefundResult, RefundPayload | RefundPending>> {
  const [payment] = await tx.payments.lock([orderId])
  const store = payment?.storeId ? await tx.stores.find(payment.storeId) : null
  if (!payment || store?.ownerId !== ownerId) return notFound('order')
  // Before the state is looked at: a key that was used is answered as the first time, also when the order has ended since.
  const earlier = payment.parts.find((part) => part.refundKey === refundKey)
  if (earlier) {
    const isSame = earlier.amount.amount === amount.amount && earlier.reason === reason
    return isSame ? { payment, part: earlier, call: null } : idempotencyConflict
  }
  // Made again of the same key, and with it the provider's, if a restored database has lost this part.
  const id = derivedId(`refund ${orderId} ${refundKey}`)
  const begun = beginPart(payment, { id, refundKey, amount, reason, cause, at: ports.now() }, retryAt(ports))
  if ('payment' in begun) tx.payments.save(begun.payment)
  return begun
}

/** The answer by the part's present state, whichever process found it out. */
function answerTo(payment: Payment, id: string): RefundPayload | RefundPending {
  const refund = payment.parts.find((part) => part.id === id)
  if (!refund) throw new Error(`Payment ${payment.id} has lost its part refund ${id}.`)
  if (refund.state !== 'open') return { type: 'RefundPayload', payment, refund }
  const message = 'The payment provider has not confirmed the refund yet. It is asked until it does.'
  return { type: 'RefundPending', message, refund }
}
