import type { FactsOutbox, FactsStream } from '../../chassis/relay.ts'
import type { Hears, Shown, Transact } from '../../chassis/transaction.ts'
import type { Fact, Said } from '../../schema/events/facts.ts'
import type { Ports as DeliveryPorts, Tx as DeliveryTx } from '../../subgraphs/delivery/application/ports.ts'
import type { KnownDelivery } from '../../subgraphs/delivery/domain/delivery.ts'
import type { DeliveryContext } from '../../subgraphs/delivery/wire.ts'
import type { Ports as ItemPorts } from '../../subgraphs/item/application/ports.ts'
import type { Ports as MyPagePorts, Tx as MyPageTx } from '../../subgraphs/my-page/application/ports.ts'
import type { Ports as OrderPorts, Tx as OrderTx } from '../../subgraphs/order/application/ports.ts'
import type { OrderContext } from '../../subgraphs/order/wire.ts'
import type { Ports as PaymentPorts } from '../../subgraphs/payment/application/ports.ts'
import type { PaymentContext } from '../../subgraphs/payment/wire.ts'
import type { Ports as StorePorts } from '../../subgraphs/store/application/ports.ts'

/** A deliberate mistake (plants.ts): what it replaces in the contexts. */
export type Plant = {
  order?: (ports: OrderPorts) => OrderPorts
  payment?: (ports: PaymentPorts) => PaymentPorts
  /** Only for the command refundPart. */
  refundPart?: (ports: PaymentPorts) => PaymentPorts
  item?: (ports: ItemPorts) => ItemPorts
  store?: (ports: StorePorts) => StorePorts
  delivery?: (ports: DeliveryPorts) => DeliveryPorts
  myPage?: (ports: MyPagePorts) => MyPagePorts
  paymentCommands?: (commands: PaymentContext['commands'], ports: PaymentPorts) => PaymentContext['commands']
  orderCommands?: (commands: OrderContext['commands']) => OrderContext['commands']
  orderHears?: Hears<OrderTx, Fact>
  deliveryHears?: Hears<DeliveryTx, Fact>
  deliveryCommands?: (commands: DeliveryContext['commands'], ports: DeliveryPorts) => DeliveryContext['commands']
  /** Which rider may read where a delivery goes. */
  riderKnowing?: (delivery: KnownDelivery, now: Date) => string | null
  myPageHears?: Hears<MyPageTx, Fact>
  /** Replaces every context's transactions. `uncommitted` publishes at once, whether or not they commit. */
  all?: <Tables, Says extends Said>(
    transact: Transact<Tables, Says>,
    uncommitted: { say(fact: Says, cause: string): void; show(shown: Shown): void },
  ) => Transact<Tables, Says>
  outbox?: (outbox: FactsOutbox, stream: FactsStream) => FactsOutbox
  stream?: (stream: FactsStream) => FactsStream
  /** `order Paid`: this context ignores this fact. */
  ignores?: string
  acksFirst?: boolean
  laterFromEnd?: boolean
  neverReconciles?: boolean
}
