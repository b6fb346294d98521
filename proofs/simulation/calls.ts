import type { Charge, ChargeAnswer } from '../../subgraphs/order/application/ports.ts'
import type { Provider } from '../../subgraphs/payment/application/ports.ts'
import type { Answer } from '../../subgraphs/payment/domain/payment.ts'
import type { Outcome } from '../../subgraphs/payment/domain/provider-calls.ts'
import { memoryProvider } from '../../subgraphs/payment/outbound/provider/memory.ts'
import { TransientError } from './faults.ts'
import { chargedFor, checkLastBooking, isPart } from './invariants/money.ts'
import { answerOf, type Process } from './process.ts'
import type { World } from './world.ts'

/** The services' default deadlines for order's call to payment, and for payment's call to its provider. */
const DEADLINE_MS = 610
const PROVIDER_DEADLINE_MS = 5_000
const SLOW_MS = 2_000
const PROVIDER_SLOW_MS = 12_000

const DEFERRED: ChargeAnswer = { answer: 'Deferred', retryAfterSeconds: 3 }

type PaymentReplica = { process: Process; charge(charge: Charge): Promise<Answer> }

/** The call from order to payment: order/outbound/payment/client.ts and payment/inbound/http/charges.ts in one. */
export function paymentCall({ scheduler, faults, random, network, fail }: World, replicas: () => PaymentReplica[]) {
  const answerFrom = async ({ process, charge }: PaymentReplica, request: Charge): Promise<Answer | 'died'> => {
    const answer = charge(request).catch((error): Answer => {
      if (!(error instanceof TransientError)) fail(error)
      return 'Pending'
    })
    return answerOf(process, scheduler.within(process, DEADLINE_MS - 50, answer, 'Pending'), 'died')
  }
  const deliver = async (request: Charge): Promise<ChargeAnswer | 'never'> => {
    await scheduler.step(network, 'send a charge call')
    if (faults.happens('a charge call is lost before its effect', request.orderId)) return 'never'
    if (faults.happens('a charge call is slow', request.orderId)) await scheduler.sleep(network, random.below(SLOW_MS))
    const alive = replicas()
    if (!alive.length) return DEFERRED
    const answer = await answerFrom(random.pick(alive), request)
    await scheduler.step(network, "send a charge call's answer")
    if (answer === 'died' || faults.happens('a charge call is lost after its effect', request.orderId)) return 'never'
    if (typeof answer === 'object') return answer
    return answer === 'Pending' || answer === 'Unavailable' ? DEFERRED : { answer }
  }
  return (process: Process) => async (request: Charge) => {
    await process.step('ask payment to charge')
    const inTime = new Promise<ChargeAnswer>((resolve) => {
      deliver(request).then((answer) => answer !== 'never' && resolve(answer), fail)
    })
    const answer = await scheduler.within(process, DEADLINE_MS, inTime, DEFERRED)
    await process.step("receive payment's answer")
    return answer
  }
}

/** The payment provider. Calls outlive the processes that sent them; `inProgress` counts them. */
export function createProvider({ scheduler, faults, random, network }: World) {
  let inProgress = 0
  const charged = (orderId: string) => chargedFor(provider.book, orderId)
  /** By key, because a repeated call is answered the same. */
  const declined = new Map<string, boolean>()
  const provider = memoryProvider({
    beforeEffect: async ({ type, key }) => {
      const call = `${type} ${key}`
      await scheduler.step(network, 'send a call to the provider')
      if (faults.happens('the provider is not reached', call)) return 'lost'
      if (faults.happens('the provider refuses without effect', call)) return 'refused'
      if (faults.happens('the provider is slow', call)) await scheduler.sleep(network, random.below(PROVIDER_SLOW_MS))
      return 'arrives'
    },
    afterEffect: async ({ type, key }) => {
      checkLastBooking(provider.book)
      await scheduler.step(network, "send the provider's answer")
      if (faults.happens("the provider's answer is slow", `${type} ${key}`))
        await scheduler.sleep(network, random.below(PROVIDER_SLOW_MS))
      return faults.happens("the provider's answer is lost", `${type} ${key}`) ? 'lost' : 'arrives'
    },
    declines: ({ type, key }) => {
      if (!isPart({ type, key })) return false
      const declines = declined.get(key) ?? faults.happens('the provider declines a part refund', key)
      declined.set(key, declines)
      return declines
    },
    paysTooMuch: true,
    takesCharges: () => !faults.happens('no charge is begun (breaker, limit)', 'payment'),
  })
  const portFor = (process: Process): Provider => {
    const callProvider =
      <Call>(type: string, call: (request: Call) => Promise<Outcome>) =>
      async (request: Call): Promise<Outcome> => {
        await process.step(`ask the provider to ${type}`)
        inProgress += 1
        const outcome = call(request).finally(() => {
          inProgress -= 1
        })
        const answered = await scheduler.within(process, PROVIDER_DEADLINE_MS, outcome, 'unknown')
        await process.step(`receive the provider's answer to ${type}`)
        return answered
      }
    return {
      takesCharges: provider.takesCharges,
      charge: callProvider('charge', provider.charge),
      void: callProvider('void', provider.void),
      refund: callProvider('refund', provider.refund),
    }
  }
  return { book: provider.book, charged, portFor, inProgress: () => inProgress }
}
