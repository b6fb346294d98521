import { globalId } from '../../../chassis/global-ids.ts'
import { newId } from '../../../chassis/ids.ts'

const RECIPIENT = '{ name: "김", phone: "010-1234-5678", address: "분당" }'

/** The arguments of a refund of this many won, with a new key. */
function refundOf(amount: number): string {
  return `input: { orderId: $order, refundKey: $key, amount: { amount: ${amount} }, reason: "a lily was missing" }`
}

/** The arguments of a calendar of all days and hours, which changes nothing for the orders of the other fields. */
const calendarOf = (store: string, more = '') => `input: { storeId: ${store}, timeZone: "Asia/Seoul", windows: [
  { weekdays: [MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY], start: "00:00", end: "00:00" }] ${more} }`

/** The arguments that keep an address. */
export function addressOf(key: string): string {
  return `input: { addressKey: "${key}", label: "home", name: "김", phone: "010-1234-5678", address: "분당", postalCode: "13561" }`
}

/** The arguments of each field that requires some. */
export const ARGUMENTS: Record<string, string> = {
  'Query.item': 'id: $item',
  'Query.store': 'id: $store',
  'Query.order': 'id: $order',
  'Query.payment': 'id: $payment',
  'Query.track': 'token: $token',
  'Query.node': 'id: $order',
  'Query.nodes': 'ids: [$order]',
  'Mutation.placeOrder': `input: { idempotencyKey: $key, storeId: $store, lines: [{ itemId: $item, quantity: 1 }],
    expectedTotal: { amount: 2000000000 }, recipient: ${RECIPIENT}, paymentToken: "tok_ok" }`,
  'Mutation.payOrder': 'input: { orderId: $order, paymentToken: "tok_ok" }',
  'Mutation.cancelOrder': 'input: { orderId: $order }',
  'Mutation.correctRecipient': `input: { orderId: $order, recipient: ${RECIPIENT} }`,
  'Mutation.receiveOrder': 'input: { orderId: $order }',
  'Mutation.decorateOrder': 'input: { orderId: $order }',
  'Mutation.rejectOrder': 'input: { orderId: $order, reason: "no roses" }',
  'Mutation.setDeliveryCalendar': calendarOf('$store'),
  'Mutation.registerStore': 'input: { idempotencyKey: $key, name: "A second one" }',
  'Mutation.departForDelivery': 'input: { deliveryId: $delivery }',
  'Mutation.completeDelivery': 'input: { deliveryId: $delivery }',
  'Mutation.reportFailedAttempt': 'input: { deliveryId: $delivery, attempt: 1, reason: NO_ACCESS }',
  'Mutation.returnFlowers': 'input: { deliveryId: $delivery, attempt: 1 }',
  'Mutation.requestRedelivery': 'input: { deliveryId: $delivery, windowId: "gone" }',
  'Mutation.setTracking': 'input: { deliveryId: $delivery, on: true }',
  'Mutation.registerItem':
    'input: { idempotencyKey: $key, storeId: $store, name: "new", price: { amount: 1 }, stock: 1 }',
  'Mutation.changeStock': 'input: { idempotencyKey: $key, itemId: $item, delta: 1 }',
  'Mutation.setItemPhoto': 'input: { itemId: $leaving }',
  'Mutation.requestUpload': 'input: { purpose: READY, orderId: $order }',
  'Mutation.changeItemPrice': 'input: { itemId: $item, price: { amount: 50000 } }',
  'Mutation.refundPart': refundOf(1),
  'Mutation.withdrawItem': 'input: { itemId: $leaving }',
  'Mutation.changeName': 'input: { name: "somebody" }',
  'Mutation.saveAddress': addressOf('rights'),
  'Mutation.removeAddress': 'input: { addressKey: "none" }',
  // Whoever erased themselves could read nothing more.
  'Mutation.eraseMe': 'input: { confirmation: "no" }',
  'Subscription.myPageUpdated': 'orderId: $order',
  'Subscription.storeOrderUpdated': 'storeId: $store',
}

type Placed = { quantity?: number; token?: string; key?: string; card?: string; total?: number; more?: string }
const place = (change: Placed) => {
  const { quantity = 1, token = 'tok_ok', key = '$key', card = '', total = 2_000_000_000, more = '' } = change
  return `placeOrder(input: { idempotencyKey: ${key}, storeId: $store, lines: [{ itemId: $item, quantity: ${quantity} }],
    expectedTotal: { amount: ${total} }, recipient: ${RECIPIENT}, cardMessage: "${card}", paymentToken: "${token}" ${more} })`
}
const register = (name: string) => `registerStore(input: { idempotencyKey: $key, name: "${name}" })`
const UPLOAD = 'requestUpload(input: { purpose: READY, orderId: $order })'
const command = (call: string, type: string) => `mutation { here: ${call} { ... on ${type} @@ } }`

/** The id of nothing, as a literal. */
const noSuch = (type: string) => `"${globalId(type, newId())}"`

const inOrder = (way: string) => `{ order(id: $order) { ${way} } }`
const inDeliveries = (way: string) => `{ deliveries { nodes { ofOrder: id ${way} } } }`
const inStoreOrders = (way: string) => `{ store(id: $store) { orders { nodes { ofOrder: id ${way} } } } }`
const asNode = (variable: string, type: string) => `{ here: node(id: $${variable}) { ... on ${type} @@ } }`
const inMyPage = (way: string) => `{ myPage { nodes { ofOrder: id ${way} } } }`

/** Inputs that are beyond some limit, so that their problems have one. */
const INVALID = [
  place({ quantity: 0 }),
  register('x'.repeat(101)),
  `rejectOrder(input: { orderId: $order, reason: "${'x'.repeat(501)}" })`,
  'changeStock(input: { idempotencyKey: $key, itemId: $item, delta: 1000001 })',
  `completeDelivery(input: { deliveryId: $delivery, proof: { note: "${'x'.repeat(501)}" } })`,
]

/**
 * Every path to the objects of a type; for users and photos, to those that a field returns. `here` is the alias of the object, `@@`
 * stands for its fields, and `ofOrder` is the id of the order that an object on the path is about.
 */
export const PATHS: Record<string, string[]> = {
  Query: ['@@'],
  Mutation: ['mutation @@'],
  Item: [
    '{ here: item(id: $item) @@ }',
    asNode('item', 'Item'),
    '{ items(storeId: $store) { here: nodes @@ } }',
    '{ store(id: $store) { items { here: nodes @@ } } }',
    inOrder('lines { here: item @@ }'),
  ],
  'Item.photo → Photo': ['{ item(id: $item) { here: photo @@ } }', inOrder('lines { item { here: photo @@ } }')],
  'StoreOrder.photo → Photo': [
    inOrder('storeOrder { here: photo @@ }'),
    '{ node(id: $storeOrder) { ... on StoreOrder { here: photo @@ } } }',
    inDeliveries('order { storeOrder { here: photo @@ } }'),
  ],
  'DeliveryAttempt.photo → Photo': [
    inOrder('delivery { attempts { here: photo @@ } }'),
    inDeliveries('attempts { here: photo @@ }'),
  ],
  Store: [
    '{ here: store(id: $store) @@ }',
    asNode('store', 'Store'),
    '{ item(id: $item) { here: store @@ } }',
    inOrder('here: store @@'),
    inOrder('storeOrder { here: store @@ }'),
  ],
  Money: [
    '{ item(id: $item) { here: price @@ } }',
    inOrder('here: total @@'),
    inOrder('lines { here: unitPrice @@ }'),
    inOrder('payment { here: amount @@ }'),
    inOrder('payment { here: refunded @@ }'),
    inMyPage('here: total @@'),
  ],
  DeliveryCalendar: ['{ store(id: $planned) { here: calendar @@ } }'],
  WeeklyWindow: ['{ store(id: $planned) { calendar { here: windows @@ } } }'],
  SpecialDay: ['{ store(id: $planned) { calendar { here: specialDays @@ } } }'],
  DayWindow: ['{ store(id: $planned) { calendar { specialDays { here: windows @@ } } } }'],
  Area: ['{ store(id: $planned) { calendar { here: areas @@ } } }'],
  DeliveryDay: [
    '{ store(id: $store) { here: deliveryDays @@ } }',
    '{ item(id: $item) { store { here: deliveryDays(days: 2) @@ } } }',
  ],
  DeliveryWindow: ['{ store(id: $store) { deliveryDays { here: windows @@ } } }'],
  DeliveryPromise: [
    inOrder('here: promise @@'),
    inOrder('storeOrder { here: promise @@ }'),
    inOrder('delivery { here: promise @@ }'),
    inOrder('myPage { here: promise @@ }'),
    ...[inDeliveries, inStoreOrders, inMyPage].map((inList) => inList('here: promise @@')),
    '{ track(token: $token) { here: promise @@ } }',
  ],
  ItemConnection: ['{ here: items @@ }', '{ store(id: $store) { here: items @@ } }'],
  ItemEdge: ['{ items { here: edges @@ } }', '{ store(id: $store) { items { here: edges @@ } } }'],
  StoreConnection: ['{ here: stores @@ }'],
  StoreEdge: ['{ stores { here: edges @@ } }'],
  PageInfo: [
    '{ items { here: pageInfo @@ } }',
    '{ stores { here: pageInfo @@ } }',
    '{ deliveries { here: pageInfo @@ } }',
    '{ store(id: $store) { orders { here: pageInfo @@ } } }',
  ],
  'Query.me → User': ['{ here: me @@ }'],
  'MePayload.me → User': [
    'mutation { changeName(input: { name: "somebody" }) { ... on MePayload { here: me @@ } } }',
    'mutation { removeAddress(input: { addressKey: "none" }) { ... on MePayload { here: me @@ } } }',
  ],
  MePayload: [command(`saveAddress(${addressOf('rights')})`, 'MePayload')],
  ErasedPayload: [command('eraseMe(input: { confirmation: "no" })', 'ErasedPayload')],
  TooManyAddresses: [
    `mutation { ${Array.from({ length: 20 }, (_, n) => `a${n}: saveAddress(${addressOf(`${n}`)}) { __typename }`).join(' ')}
      here: saveAddress(${addressOf('one more')}) { ... on TooManyAddresses @@ } }`,
  ],
  SavedAddress: ['{ me { here: addresses @@ } }'],
  'Store.owner → User': ['{ store(id: $store) { here: owner @@ } }', inOrder('store { here: owner @@ }')],
  'Order.customer → User': [inOrder('here: customer @@'), inDeliveries('order { here: customer @@ }')],
  'DeliveryAttempt.rider → User': [
    inOrder('delivery { attempts { here: rider @@ } }'),
    inDeliveries('attempts { here: rider @@ }'),
  ],
  'Delivery.rider → User': [inOrder('delivery { here: rider @@ }'), inDeliveries('here: rider @@')],
  Order: [
    '{ here: order(id: $order) @@ }',
    asNode('order', 'Order'),
    '{ payment(id: $payment) { here: order @@ } }',
    ...['payment', 'storeOrder', 'delivery', 'myPage'].map((way) => inOrder(`${way} { here: order @@ }`)),
    ...[inDeliveries, inStoreOrders, inMyPage].map((inList) => inList('here: order @@')),
  ],
  OrderLine: [inOrder('here: lines @@'), inDeliveries('here: lines @@'), inDeliveries('order { here: lines @@ }')],
  Recipient: [
    inOrder('here: recipient @@'),
    inDeliveries('here: recipient @@'),
    inDeliveries('order { here: recipient @@ }'),
  ],
  Ribbon: [inOrder('here: ribbon @@'), inDeliveries('order { here: ribbon @@ }')],
  Sender: [inOrder('here: sender @@'), inDeliveries('order { here: sender @@ }')],
  Payment: [
    '{ here: payment(id: $payment) @@ }',
    asNode('payment', 'Payment'),
    ...[
      inOrder('here: payment @@'),
      inDeliveries('order { here: payment @@ }'),
      inStoreOrders('order { here: payment @@ }'),
    ],
  ],
  Refund: [
    inOrder('payment { here: refunds @@ }'),
    '{ payment(id: $payment) { here: refunds @@ } }',
    inStoreOrders('order { payment { here: refunds @@ } }'),
  ],
  StoreOrder: [
    asNode('storeOrder', 'StoreOrder'),
    inOrder('here: storeOrder @@'),
    inDeliveries('order { here: storeOrder @@ }'),
    '{ store(id: $store) { orders { here: nodes @@ } } }',
  ],
  StoreOrderConnection: ['{ store(id: $store) { here: orders @@ } }', inOrder('store { here: orders @@ }')],
  StoreOrderEdge: ['{ store(id: $store) { orders { here: edges @@ } } }'],
  Delivery: [
    asNode('delivery', 'Delivery'),
    inOrder('here: delivery @@'),
    '{ deliveries { here: nodes @@ } }',
    inStoreOrders('order { here: delivery @@ }'),
  ],
  DeliveryAttempt: [inOrder('delivery { here: attempts @@ }'), inDeliveries('here: attempts @@')],
  Tracking: ['{ here: track(token: $token) @@ }'],
  DeliveryConnection: ['{ here: deliveries @@ }'],
  DeliveryEdge: ['{ deliveries { here: edges @@ } }'],
  MyPageEntry: [
    asNode('entry', 'MyPageEntry'),
    '{ myPage { here: nodes @@ } }',
    inOrder('here: myPage @@'),
    inDeliveries('order { here: myPage @@ }'),
    inStoreOrders('order { here: myPage @@ }'),
  ],
  MyPageMoment: [inMyPage('here: timeline @@'), inOrder('myPage { here: timeline @@ }')],
  MyPageConnection: ['{ here: myPage @@ }'],
  MyPageEdge: ['{ myPage { here: edges @@ } }'],
  OrderPayload: [command('payOrder(input: { orderId: $order, paymentToken: "tok_ok" })', 'OrderPayload')],
  PaymentDeclined: [command(place({ token: 'tok_declined' }), 'PaymentDeclined')],
  PaymentDeferred: [command(place({ token: 'tok_unavailable' }), 'PaymentDeferred')],
  ItemUnavailable: [command(place({ quantity: 999 }), 'ItemUnavailable')],
  TotalChanged: [command(place({ total: 1 }), 'TotalChanged')],
  WindowUnavailable: [command(place({ more: 'windowId: "gone"' }), 'WindowUnavailable')],
  NotDeliveredThere: [
    command(
      `placeOrder(input: { idempotencyKey: $key, storeId: $planned, lines: [{ itemId: $far, quantity: 1 }], paymentToken: "tok_ok",
        expectedTotal: { amount: 2000000000 }, recipient: { name: "김", phone: "010-1234-5678", address: "부산", postalCode: "48058" } })`,
      'NotDeliveredThere',
    ),
  ],
  // The fixture reaches this limit first.
  TooManyUnpaid: [command(place({}), 'TooManyUnpaid')],
  TooManyDeclined: [command(place({}), 'TooManyDeclined')],
  TooManyStores: [command(register('one too many'), 'TooManyStores')],
  TooManyItems: [
    command(
      'registerItem(input: { idempotencyKey: $key, storeId: $store, name: "new", price: { amount: 1 }, stock: 1 })',
      'TooManyItems',
    ),
  ],
  InvalidInput: INVALID.map((call) => command(call, 'InvalidInput')),
  InputProblem: INVALID.map((call) => `mutation { result: ${call} { ... on InvalidInput { here: problems @@ } } }`),
  IdempotencyConflict: [
    `mutation { ${register('one')} { __typename } here: ${register('two')} { ... on IdempotencyConflict @@ } }`,
    `mutation { ${place({})} { __typename } here: ${place({ card: 'x' })} { ... on IdempotencyConflict @@ } }`,
  ],
  NotFound: [
    command(`cancelOrder(input: { orderId: ${noSuch('Order')} })`, 'NotFound'),
    command(`receiveOrder(input: { orderId: ${noSuch('Order')} })`, 'NotFound'),
    command(`departForDelivery(input: { deliveryId: ${noSuch('Delivery')} })`, 'NotFound'),
    command(`withdrawItem(input: { itemId: ${noSuch('Item')} })`, 'NotFound'),
  ],
  WrongState: [
    command('cancelOrder(input: { orderId: $order })', 'WrongState'),
    command('receiveOrder(input: { orderId: $order })', 'WrongState'),
    command('departForDelivery(input: { deliveryId: $delivery })', 'WrongState'),
    command('returnFlowers(input: { deliveryId: $delivery, attempt: 1 })', 'WrongState'),
  ],
  StoreOrderPayload: [command('decorateOrder(input: { orderId: $waiting })', 'StoreOrderPayload')],
  StorePayload: [command(register('A third one'), 'StorePayload')],
  CalendarPayload: [command(`setDeliveryCalendar(${calendarOf('$store')})`, 'CalendarPayload')],
  CalendarConflict: [
    command(
      `setDeliveryCalendar(${calendarOf('$store', 'closedDays: ["2040-01-01"] expectedVersion: 1000')})`,
      'CalendarConflict',
    ),
  ],
  // The fixture reaches this limit first.
  TooManyCalendarChanges: [
    command(`setDeliveryCalendar(${calendarOf('$planned', 'closedDays: ["2041-01-01"]')})`, 'TooManyCalendarChanges'),
  ],
  RefundPayload: [command(`refundPart(${refundOf(1)})`, 'RefundPayload')],
  RefundTooMuch: [command(`refundPart(${refundOf(2_000_000_000)})`, 'RefundTooMuch')],
  // The fixture keeps the provider from answering first.
  RefundPending: [command(`refundPart(${refundOf(1)})`, 'RefundPending')],
  DeliveryPayload: [
    command('completeDelivery(input: { deliveryId: $delivery })', 'DeliveryPayload'),
    command('setTracking(input: { deliveryId: $delivery, on: true })', 'DeliveryPayload'),
  ],
  UploadPayload: [command(UPLOAD, 'UploadPayload')],
  UploadTicket: [`mutation { result: ${UPLOAD} { ... on UploadPayload { here: upload @@ } } }`],
  // The fixture reaches this limit first.
  TooManyUploads: [command(UPLOAD, 'TooManyUploads')],
  ItemPayload: [command('changeItemPrice(input: { itemId: $item, price: { amount: 50000 } })', 'ItemPayload')],
}
