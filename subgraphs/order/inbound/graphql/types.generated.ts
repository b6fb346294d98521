import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { InvalidInput as InvalidInputOf, NotFound as NotFoundOf, WrongState as WrongStateOf, IdempotencyConflict as IdempotencyConflictOf } from '../../../../chassis/failures.ts';
import type { OrderView, CarriedReference, TrackedOrder } from './views.ts';
import type { ShownDay, ShownWindow } from './delivery-days.ts';
import type { Line } from '../../domain/order.ts';
import type { OrderPayload as OrderPayloadOf, PaymentDeclined as PaymentDeclinedOf, PaymentDeferred as PaymentDeferredOf } from '../../application/pay-order.ts';
import type { ItemUnavailable as ItemUnavailableOf, TotalChanged as TotalChangedOf, TooManyUnpaid as TooManyUnpaidOf, TooManyDeclined as TooManyDeclinedOf } from '../../application/record-order.ts';
import type { WindowUnavailable as WindowUnavailableOf } from '../../application/choose-window.ts';
import type { NotDeliveredThere as NotDeliveredThereOf } from '../../application/delivery-fee.ts';
import type { Context } from './context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** The position of an edge in a list, for the argument `after`. It is opaque: its form may change. */
  Cursor: { input: string; output: string; }
  /** A day, in the time zone that the field names: 2026-05-08. */
  Date: { input: string; output: string; }
  /** A moment in UTC as RFC 3339 writes it, always with milliseconds: 2026-11-22T09:30:00.000Z. */
  DateTime: { input: string; output: Date; }
  /** A time of day on a store's clock, in steps of a minute: 09:00. */
  LocalTime: { input: string; output: string; }
  _FieldSet: { input: unknown; output: unknown; }
};

/** The order to cancel, and the reason. */
export type CancelOrderInput = {
  /** The order to cancel, one of the caller's. */
  orderId: Scalars['ID']['input'];
  /** The reason; optional. It is kept with the order, and the API shows it to nobody. Beyond 500 characters it is cut off. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** The result of cancelling: OrderPayload with status CANCELLED if the order was unpaid, else CANCELLING; the outcome then appears on MyPage. */
export type CancelOrderResult = NotFound | OrderPayload | WrongState;

/** The order, and who receives the flowers. */
export type CorrectRecipientInput = {
  /** The order to correct, one of the caller's. */
  orderId: Scalars['ID']['input'];
  /** The whole recipient, as corrected. */
  recipient: RecipientInput;
};

/** The result of correcting the recipient. NotDeliveredThere also if the delivery to the other postal code costs more than was paid. */
export type CorrectRecipientResult = InvalidInput | NotDeliveredThere | NotFound | OrderPayload | WrongState;

export type Delivery = {
  __typename?: 'Delivery';
  /**
   * About where it goes: the first three digits of the postal code; null without one. For those who may read the recipient, and for every
   * rider while it waits for one.
   */
  district?: Maybe<Scalars['String']['output']>;
  id: Scalars['ID']['output'];
  /** What is carried; at most 20 lines. For those who may read the district. */
  lines?: Maybe<Array<OrderLine>>;
  /**
   * Who receives the flowers: for the order's customer, the store's owner, and the rider who carries them, from departure until a day after
   * the end. Null for others.
   */
  recipient?: Maybe<Recipient>;
  riderId?: Maybe<Scalars['String']['output']>;
  waits?: Maybe<Scalars['Boolean']['output']>;
};

/** A day of a store's calendar. */
export type DeliveryDay = {
  __typename?: 'DeliveryDay';
  /** The day, in the store's time zone. */
  date: Scalars['Date']['output'];
  /** Its windows, earliest first, also those that are not open; at most 12, none if the store is closed. */
  windows: Array<DeliveryWindow>;
};

/** When the flowers are promised to arrive: a window that the customer chose, or the earliest one that was open. */
export type DeliveryPromise = {
  __typename?: 'DeliveryPromise';
  /** When the window ends. */
  endsAt: Scalars['DateTime']['output'];
  /** When the window begins. */
  startsAt: Scalars['DateTime']['output'];
  /** The IANA time zone in which the store reads a clock, e.g. Asia/Seoul; apps show the window in it. */
  timeZone: Scalars['String']['output'];
};

/** A time of a day in which the store delivers. It is an offer: it can be gone when the order is placed. */
export type DeliveryWindow = {
  __typename?: 'DeliveryWindow';
  /** When it ends. */
  endsAt: Scalars['DateTime']['output'];
  /** What the delivery costs; null if that depends on the postal code and none was given, or the store does not deliver there. */
  fee?: Maybe<Money>;
  /** Whether it can be ordered at this moment: it is not full, it is not too late, and the store delivers to the postal code, if one was given. */
  open: Scalars['Boolean']['output'];
  /** Until when it can be ordered. */
  orderBy: Scalars['DateTime']['output'];
  /** When it begins. */
  startsAt: Scalars['DateTime']['output'];
  /** Opaque; for `PlaceOrderInput.windowId`. */
  windowId: Scalars['ID']['output'];
};

/**
 * An expected failure of a mutation: every other member of its result than the success. `... on Failure { message }` covers
 * all of them, also those that later versions add.
 */
export type Failure = {
  /** What went wrong, in English, for a person to read. It may change: programs read `__typename` and the other fields. */
  message: Scalars['String']['output'];
};

/** The idempotency key was used before with another input. Nothing was changed: use a new key for a new request. */
export type IdempotencyConflict = Failure & {
  __typename?: 'IdempotencyConflict';
  /** What went wrong, for a person to read. */
  message: Scalars['String']['output'];
};

/** One problem of the input. */
export type InputProblem = {
  __typename?: 'InputProblem';
  /** The kind of problem, for an app that has its own words. */
  code: InputProblemCode;
  /** The limit that the value does not keep, with the codes TOO_…; null with the others. */
  limit?: Maybe<Scalars['Int']['output']>;
  /** The problem in English, for a person to read. It may change; programs read `code`. */
  message: Scalars['String']['output'];
  /** The path to the invalid value, e.g. [lines, 0, quantity]; at most 5 steps. */
  path: Array<Scalars['String']['output']>;
};

/** The kind of problem that a value of an input has. Later versions may add others: show `message` for these. */
export type InputProblemCode =
  /** A text has control characters, or a line break where only one line is possible. */
  | 'INVALID_CHARACTERS'
  /** The value is none of those that are possible here, e.g. another currency than KRW. */
  | 'NOT_ALLOWED'
  /** There is nothing of the right kind with this id, e.g. no such item on the store's menu. */
  | 'NOT_FOUND'
  /** The value is missing, empty, or looks empty. */
  | 'REQUIRED'
  /** A list has fewer than `limit` elements. */
  | 'TOO_FEW'
  /** A number, or what it leads to, is greater than `limit` allows. */
  | 'TOO_LARGE'
  /** A text has more than `limit` characters. */
  | 'TOO_LONG'
  /** A list has more than `limit` elements. */
  | 'TOO_MANY'
  /** A number, or what it leads to, is less than `limit` allows. */
  | 'TOO_SMALL'
  /** The value is not written as such values are: a phone number that cannot be called, a URL that is none. */
  | 'WRONG_FORMAT';

/** The input is invalid; nothing was changed. */
export type InvalidInput = Failure & {
  __typename?: 'InvalidInput';
  /** What went wrong, for a person to read. */
  message: Scalars['String']['output'];
  /** All problems of the input, not only the first; at most 50. */
  problems: Array<InputProblem>;
};

export type Item = {
  __typename?: 'Item';
  id: Scalars['ID']['output'];
};

/** The menu has too few units; nothing was charged. If the units run out only after the charge, the order is cancelled and refunded instead. */
export type ItemUnavailable = Failure & {
  __typename?: 'ItemUnavailable';
  /** The items with too few units; at most 20. */
  itemIds: Array<Scalars['ID']['output']>;
  /** What went wrong, for a person to read. */
  message: Scalars['String']['output'];
};

/** An amount of money. */
export type Money = {
  __typename?: 'Money';
  /** In the currency's minor unit: won for KRW (the only currency today). At most 2,000,000,000. */
  amount: Scalars['Int']['output'];
  /** The ISO 4217 code; always KRW today. */
  currency: Scalars['String']['output'];
};

/** An amount of money, as an input. */
export type MoneyInput = {
  /** In the currency's minor unit: won for KRW. At most 2,000,000,000. */
  amount: Scalars['Int']['input'];
  /** The ISO 4217 code; only KRW today. */
  currency?: Scalars['String']['input'];
};

/** Commands, each with one `input`. Its result is a union: the success, or a `Failure`. A command that is repeated has no further effect. */
export type Mutation = {
  __typename?: 'Mutation';
  /** Cancels an order of the caller's: at once while it is unpaid, else store or delivery decide. */
  cancelOrder?: Maybe<CancelOrderResult>;
  /**
   * Corrects the recipient of an order of the caller's, before a rider departs or after the delivery failed. Another phone number ends the
   * recipient's link.
   */
  correctRecipient?: Maybe<CorrectRecipientResult>;
  /** Pays an unpaid order of the caller's: after PaymentDeferred, or with another token after PaymentDeclined. */
  payOrder?: Maybe<PayOrderResult>;
  /** Places an order of one store's items and pays it, for no more than `expectedTotal`. For customers. */
  placeOrder?: Maybe<PlaceOrderResult>;
};


/** Commands, each with one `input`. Its result is a union: the success, or a `Failure`. A command that is repeated has no further effect. */
export type MutationCancelOrderArgs = {
  input: CancelOrderInput;
};


/** Commands, each with one `input`. Its result is a union: the success, or a `Failure`. A command that is repeated has no further effect. */
export type MutationCorrectRecipientArgs = {
  input: CorrectRecipientInput;
};


/** Commands, each with one `input`. Its result is a union: the success, or a `Failure`. A command that is repeated has no further effect. */
export type MutationPayOrderArgs = {
  input: PayOrderInput;
};


/** Commands, each with one `input`. Its result is a union: the success, or a `Failure`. A command that is repeated has no further effect. */
export type MutationPlaceOrderArgs = {
  input: PlaceOrderInput;
};

/** Something with an id that nothing else has, of whatever type. Request it again by `Query.node`. */
export type Node = {
  /** Its id; opaque. */
  id: Scalars['ID']['output'];
};

/** The store does not deliver to the recipient's postal code. Nothing was ordered or charged, and the idempotencyKey is still unused. */
export type NotDeliveredThere = Failure & {
  __typename?: 'NotDeliveredThere';
  /** What went wrong, for a person to read. */
  message: Scalars['String']['output'];
};

/** It does not exist, or the caller may not know that it does. */
export type NotFound = Failure & {
  __typename?: 'NotFound';
  /** What went wrong, for a person to read. */
  message: Scalars['String']['output'];
};

/**
 * 주문. A customer's order: its lines, its price, and its status. Readable by its customer and the store's owner. What a rider needs is on
 * `Delivery`.
 */
export type Order = Node & {
  __typename?: 'Order';
  /** The text of the card; null without one. */
  cardMessage?: Maybe<Scalars['String']['output']>;
  /** Who ordered; null for everyone but the customer if the sender is anonymous. */
  customer?: Maybe<User>;
  /** What of the total is for the delivery: 0 where it is free, as it was for all orders before there were windows. */
  deliveryFee?: Maybe<Money>;
  /** The order's id. */
  id: Scalars['ID']['output'];
  /** The ordered items, at their prices at that time; at most 20 lines. */
  lines: Array<OrderLine>;
  /** The time until which an unpaid order can be paid. */
  payBy?: Maybe<Scalars['DateTime']['output']>;
  /** When it was placed. */
  placedAt: Scalars['DateTime']['output'];
  /** When the flowers are promised to arrive; null for orders from before there were windows. */
  promise?: Maybe<DeliveryPromise>;
  /** Who receives the flowers; null for an order that has ended of a customer who has erased their account, as are card, ribbon and sender. */
  recipient?: Maybe<Recipient>;
  /** The two ribbons; null without one. */
  ribbon?: Maybe<Ribbon>;
  /** In whose name the flowers are sent; null without one, and if anonymous, for everyone but the customer. */
  sender?: Maybe<Sender>;
  /** How far the order is. */
  status: OrderStatus;
  /** The store that sells it. */
  store?: Maybe<Store>;
  /** What the florist may do if a flower is missing. */
  substitution?: Maybe<Substitution>;
  /** What it costs, with the delivery, as of when it was placed. */
  total?: Maybe<Money>;
};

/** One item of an order. */
export type OrderLine = {
  __typename?: 'OrderLine';
  /** The item as it is now; null while the item service is unavailable. */
  item?: Maybe<Item>;
  /** The item's name when it was ordered. */
  name: Scalars['String']['output'];
  /** The number of units. */
  quantity: Scalars['Int']['output'];
  /** The price of one unit when it was ordered. */
  unitPrice: Money;
};

/** One item of an order. */
export type OrderLineInput = {
  /** The item, from the menu of the input's store. */
  itemId: Scalars['ID']['input'];
  /** The number of units: 1 to 999. */
  quantity: Scalars['Int']['input'];
};

/** The order in its present state. */
export type OrderPayload = {
  __typename?: 'OrderPayload';
  /** The order. */
  order: Order;
};

/** The status of an order. */
export type OrderStatus =
  /** Recorded, not yet paid. */
  | 'AWAITING_PAYMENT'
  /** It is cancelled; money that was taken is returned. */
  | 'CANCELLED'
  /** The customer has requested cancellation; store or delivery decide. */
  | 'CANCELLING'
  /** The flowers are ready, and a rider is requested. */
  | 'DECORATED'
  /** The flowers have arrived. */
  | 'DELIVERED'
  /** The flowers could not be handed over; the customer can ask for a second attempt, or they go back to the store. */
  | 'DELIVERY_FAILED'
  /** It was not paid in time. */
  | 'EXPIRED'
  /** A rider is on the way. */
  | 'OUT_FOR_DELIVERY'
  /** It is paid. */
  | 'PAID'
  /** The payment was declined; another payment method may be tried until payBy. */
  | 'PAYMENT_FAILED'
  /** The florist has accepted it. */
  | 'RECEIVED'
  /** The florist could not make it; the money is returned. */
  | 'REJECTED'
  /** The flowers are back at the store. Nothing is returned by itself: the store's owner may return a part of the money. */
  | 'RETURNED';

/** The position of a page in the whole list. */
export type PageInfo = {
  __typename?: 'PageInfo';
  /** The cursor of the page's last edge; null on an empty page. */
  endCursor?: Maybe<Scalars['Cursor']['output']>;
  /** Whether more follow; request them with `after: endCursor`. */
  hasNextPage: Scalars['Boolean']['output'];
  /** Whether there are some before this page. */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the page's first edge; null on an empty page. */
  startCursor?: Maybe<Scalars['Cursor']['output']>;
};

/** The order to pay, and how. */
export type PayOrderInput = {
  /** The order to pay, one of the caller's. */
  orderId: Scalars['ID']['input'];
  /** From the payment provider's client library; never a card number. One line, at most 255 characters. */
  paymentToken: Scalars['String']['input'];
};

/** The result of paying an order. WrongState also if too many payments were declined, for this order or for this customer within an hour; its message says when to try again. */
export type PayOrderResult = InvalidInput | NotFound | OrderPayload | PaymentDeclined | PaymentDeferred | WrongState;

/** The payment was declined. The order can be paid with another token until payBy. */
export type PaymentDeclined = Failure & {
  __typename?: 'PaymentDeclined';
  /** What went wrong, for a person to read. */
  message: Scalars['String']['output'];
  /** The order, unpaid. */
  order: Order;
};

/** Payment is overloaded or unavailable, its outcome is not known yet, or the customer may not try again for a while. The order is recorded, but unpaid; call payOrder after `retryAfter` seconds and before `payBy`. */
export type PaymentDeferred = Failure & {
  __typename?: 'PaymentDeferred';
  /** What went wrong, for a person to read. */
  message: Scalars['String']['output'];
  /** The order, which is not known to be paid. */
  order: Order;
  /** Until when the order can be paid. */
  payBy: Scalars['DateTime']['output'];
  /** Seconds to wait before payOrder. */
  retryAfter: Scalars['Int']['output'];
};

/** The items of one store, the recipient, and the payment. */
export type PlaceOrderInput = {
  /** The text of the card, at most 500 characters; optional. */
  cardMessage?: InputMaybe<Scalars['String']['input']>;
  /**
   * The total that the caller was shown, with the delivery. If it costs more by now, nothing is ordered or charged, and TotalChanged has
   * the present total; if less, the lower price applies. Only this field may differ when a request is repeated with the same
   * idempotencyKey: an order that was placed with it is returned whatever total is expected now.
   */
  expectedTotal: MoneyInput;
  /** Chosen by the client: repeating a request with the same key and input returns the same order. One line, at most 255 characters. */
  idempotencyKey: Scalars['ID']['input'];
  /** What is ordered: 1 to 20 lines. */
  lines: Array<OrderLineInput>;
  /** From the payment provider's client library; never a card number. One line, at most 255 characters. */
  paymentToken: Scalars['String']['input'];
  /** Who receives the flowers. */
  recipient: RecipientInput;
  /** What is written on the ribbons; optional. */
  ribbon?: InputMaybe<RibbonInput>;
  /** In whose name the flowers are sent; optional. */
  sender?: InputMaybe<SenderInput>;
  /** The store that sells all lines. */
  storeId: Scalars['ID']['input'];
  /** What the florist may do if a flower is missing. */
  substitution?: Substitution;
  /**
   * When the flowers are to arrive: the `windowId` of one of `Store.deliveryDays`. Without it, the earliest window that is open; for a
   * customer with too many unpaid orders in windows with few places, the earliest one without a limit.
   */
  windowId?: InputMaybe<Scalars['ID']['input']>;
};

/** The result of placing an order. */
export type PlaceOrderResult = IdempotencyConflict | InvalidInput | ItemUnavailable | NotDeliveredThere | OrderPayload | PaymentDeclined | PaymentDeferred | TooManyDeclined | TooManyUnpaid | TotalChanged | WindowUnavailable;

/** Reads. The menu and the stores are public; everything else requires a token, and shows what its user may see. */
export type Query = {
  __typename?: 'Query';
  /** One order. Null if it does not exist, and for everyone who may not read it. */
  order?: Maybe<Order>;
};


/** Reads. The menu and the stores are public; everything else requires a token, and shows what its user may see. */
export type QueryOrderArgs = {
  id: Scalars['ID']['input'];
};

/** Who receives the flowers. */
export type Recipient = {
  __typename?: 'Recipient';
  /** Where the flowers go, as the customer wrote it. */
  address: Scalars['String']['output'];
  /** The recipient's name. */
  name: Scalars['String']['output'];
  /** The recipient's phone number, as it is dialled in Korea: 010-1234-5678, or a foreign one as +1 213 373 4253. */
  phone: Scalars['String']['output'];
  /** The postal code; null without one. */
  postalCode?: Maybe<Scalars['String']['output']>;
};

/** Who receives the flowers. */
export type RecipientInput = {
  /** Where the flowers go; at most 500 characters. */
  address: Scalars['String']['input'];
  /** The recipient's name: one line of at most 100 characters; invisible ones are removed. */
  name: Scalars['String']['input'];
  /**
   * A valid number in any usual notation: 010-1234-5678, (02) 123-4567, +82 10 1234 5678. Korean unless it begins with +
   * and a country code. Digits and hyphens may be full-width; invisible characters are removed.
   */
  phone: Scalars['String']['input'];
  /** The postal code: five digits. Needed where the store delivers to certain areas only. */
  postalCode?: InputMaybe<Scalars['String']['input']>;
};

/** 리본. What is written on the two ribbons of an arrangement. */
export type Ribbon = {
  __typename?: 'Ribbon';
  /** 보내는 이: from whom; null without one. */
  from?: Maybe<Scalars['String']['output']>;
  /** 경조사어: the words for the occasion, e.g. 축 개업. */
  phrase: Scalars['String']['output'];
};

/** What is written on the two ribbons. */
export type RibbonInput = {
  /** From whom: one line of at most 50 characters; optional. */
  from?: InputMaybe<Scalars['String']['input']>;
  /** The words for the occasion: one line of at most 50 characters. */
  phrase: Scalars['String']['input'];
};

/** 보내는 이. In whose name the flowers are sent. */
export type Sender = {
  __typename?: 'Sender';
  /** Whether neither the recipient nor the store may learn who it is. */
  anonymous: Scalars['Boolean']['output'];
  /** The name, as the recipient may read it. */
  name: Scalars['String']['output'];
};

/** In whose name the flowers are sent. */
export type SenderInput = {
  /** Whether neither the recipient nor the store may learn who it is. */
  anonymous?: Scalars['Boolean']['input'];
  /** The name: one line of at most 100 characters; invisible ones are removed. */
  name: Scalars['String']['input'];
};

export type Store = {
  __typename?: 'Store';
  /**
   * The days from `from` on, with their windows: at most 31, and none that is more than 90 days ahead. One request gets the windows of at
   * most 2,000 days, of all stores together. Public, without a token. Null for a store that does not exist, and while the service is
   * unavailable.
   */
  deliveryDays?: Maybe<Array<DeliveryDay>>;
  id: Scalars['ID']['output'];
};


export type StoreDeliveryDaysArgs = {
  days?: InputMaybe<Scalars['Int']['input']>;
  from?: InputMaybe<Scalars['Date']['input']>;
  postalCode?: InputMaybe<Scalars['String']['input']>;
};

/** What the florist may do if a flower is missing. */
export type Substitution =
  /** Use other flowers of the same value. */
  | 'EQUAL_VALUE'
  /** Nothing: the order is rejected instead. */
  | 'SAME_ONLY';

/** Too many of the customer's payments were declined within an hour. Nothing was ordered, and the idempotencyKey is still unused: place the order after `retryAfter` seconds. */
export type TooManyDeclined = Failure & {
  __typename?: 'TooManyDeclined';
  /** What went wrong, for a person to read. */
  message: Scalars['String']['output'];
  /** Seconds until the next payment may be tried. */
  retryAfter: Scalars['Int']['output'];
};

/** The customer has too many unpaid orders, in all or in windows with few places. Nothing was ordered, and the idempotencyKey is still unused: pay or cancel one of them first, or wait until it expires. */
export type TooManyUnpaid = Failure & {
  __typename?: 'TooManyUnpaid';
  /** What went wrong, for a person to read. */
  message: Scalars['String']['output'];
};

/** The order costs more than `expectedTotal`. Nothing was ordered or charged, and the idempotencyKey is still unused: show the customer the new total, and place the order again with it. */
export type TotalChanged = Failure & {
  __typename?: 'TotalChanged';
  /** What went wrong, for a person to read. */
  message: Scalars['String']['output'];
  /** What the order costs now, with the delivery. */
  total: Money;
};

export type Tracking = {
  __typename?: 'Tracking';
  orderId: Scalars['String']['output'];
  /** In whose name the flowers are sent; null without one, and if the sender is anonymous. */
  sender?: Maybe<Scalars['String']['output']>;
};

export type User = {
  __typename?: 'User';
  disclosed: Scalars['Boolean']['output'];
  id: Scalars['ID']['output'];
};

/** Why a window can not be ordered. */
export type WindowProblem =
  /** The store is closed on that day. */
  | 'CLOSED'
  /** It has as many orders as it takes. */
  | 'FULL'
  /** The store has no such window, or not any more. */
  | 'GONE'
  /** It is too late to order it. */
  | 'PAST_CUT_OFF';

/** The window can not be ordered any more. Nothing was ordered or charged, and the idempotencyKey is still unused: let the customer choose another. */
export type WindowUnavailable = Failure & {
  __typename?: 'WindowUnavailable';
  /** Windows that are open, earliest first, from the day on that was wanted; at most 5. */
  instead: Array<DeliveryWindow>;
  /** What went wrong, for a person to read. */
  message: Scalars['String']['output'];
  /** The reason. */
  why: WindowProblem;
};

/** The command is not possible in the present state. */
export type WrongState = Failure & {
  __typename?: 'WrongState';
  /** What went wrong, for a person to read. */
  message: Scalars['String']['output'];
  /**
   * The present state: a value of OrderStatus after payOrder and cancelOrder, of PaymentStatus after refundPart, of
   * StoreOrderStatus after a florist's other commands, of DeliveryStatus after a rider's.
   */
  status: Scalars['String']['output'];
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  Delivery: Delivery;
  Order: Order;
  Store: Store;
  Tracking: Tracking;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Delivery:
    ( { __typename: 'Delivery' }
    & GraphQLRecursivePick<FederationTypes['Delivery'], {"id":true}>
    & ( Record<PropertyKey, never>
        | GraphQLRecursivePick<FederationTypes['Delivery'], {"waits":true,"riderId":true}>
        | GraphQLRecursivePick<FederationTypes['Delivery'], {"waits":true,"riderId":true}>
        | GraphQLRecursivePick<FederationTypes['Delivery'], {"waits":true,"riderId":true}>
        | GraphQLRecursivePick<FederationTypes['Delivery'], {"waits":true,"riderId":true}>
        | GraphQLRecursivePick<FederationTypes['Delivery'], {"waits":true,"riderId":true}>
        | GraphQLRecursivePick<FederationTypes['Delivery'], {"waits":true,"riderId":true}>
        | GraphQLRecursivePick<FederationTypes['Delivery'], {"waits":true,"riderId":true}> ) );
  Order:
    ( { __typename: 'Order' }
    & GraphQLRecursivePick<FederationTypes['Order'], {"id":true}> );
  Store:
    ( { __typename: 'Store' }
    & GraphQLRecursivePick<FederationTypes['Store'], {"id":true}> );
  Tracking:
    ( { __typename: 'Tracking' }
    & GraphQLRecursivePick<FederationTypes['Tracking'], {"orderId":true}> );
};

/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
  CancelOrderResult:
    | ( NotFoundOf )
    | ( OrderPayloadOf )
    | ( WrongStateOf )
  ;
  CorrectRecipientResult:
    | ( InvalidInputOf )
    | ( NotDeliveredThereOf )
    | ( NotFoundOf )
    | ( OrderPayloadOf )
    | ( WrongStateOf )
  ;
  PayOrderResult:
    | ( InvalidInputOf )
    | ( NotFoundOf )
    | ( OrderPayloadOf )
    | ( PaymentDeclinedOf )
    | ( PaymentDeferredOf )
    | ( WrongStateOf )
  ;
  PlaceOrderResult:
    | ( IdempotencyConflictOf )
    | ( InvalidInputOf )
    | ( ItemUnavailableOf )
    | ( NotDeliveredThereOf )
    | ( OrderPayloadOf )
    | ( PaymentDeclinedOf )
    | ( PaymentDeferredOf )
    | ( TooManyDeclinedOf )
    | ( TooManyUnpaidOf )
    | ( TotalChangedOf )
    | ( WindowUnavailableOf )
  ;
};

/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Failure:
    | ( IdempotencyConflictOf )
    | ( InvalidInputOf )
    | ( ItemUnavailableOf )
    | ( NotDeliveredThereOf )
    | ( NotFoundOf )
    | ( PaymentDeclinedOf )
    | ( PaymentDeferredOf )
    | ( TooManyDeclinedOf )
    | ( TooManyUnpaidOf )
    | ( TotalChangedOf )
    | ( WindowUnavailableOf )
    | ( WrongStateOf )
  ;
  Node: ( OrderView );
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  CancelOrderInput: CancelOrderInput;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  CancelOrderResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['CancelOrderResult']>;
  CorrectRecipientInput: CorrectRecipientInput;
  CorrectRecipientResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['CorrectRecipientResult']>;
  Cursor: ResolverTypeWrapper<Scalars['Cursor']['output']>;
  Date: ResolverTypeWrapper<Scalars['Date']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Delivery: ResolverTypeWrapper<CarriedReference>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  DeliveryDay: ResolverTypeWrapper<ShownDay>;
  DeliveryPromise: ResolverTypeWrapper<DeliveryPromise>;
  DeliveryWindow: ResolverTypeWrapper<ShownWindow>;
  Failure: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Failure']>;
  IdempotencyConflict: ResolverTypeWrapper<IdempotencyConflictOf>;
  InputProblem: ResolverTypeWrapper<InputProblem>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  InputProblemCode: InputProblemCode;
  InvalidInput: ResolverTypeWrapper<InvalidInputOf>;
  Item: ResolverTypeWrapper<Item>;
  ItemUnavailable: ResolverTypeWrapper<ItemUnavailableOf>;
  LocalTime: ResolverTypeWrapper<Scalars['LocalTime']['output']>;
  Money: ResolverTypeWrapper<Money>;
  MoneyInput: MoneyInput;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  NotDeliveredThere: ResolverTypeWrapper<NotDeliveredThereOf>;
  NotFound: ResolverTypeWrapper<NotFoundOf>;
  Order: ResolverTypeWrapper<OrderView>;
  OrderLine: ResolverTypeWrapper<Line>;
  OrderLineInput: OrderLineInput;
  OrderPayload: ResolverTypeWrapper<OrderPayloadOf>;
  OrderStatus: OrderStatus;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  PayOrderInput: PayOrderInput;
  PayOrderResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['PayOrderResult']>;
  PaymentDeclined: ResolverTypeWrapper<PaymentDeclinedOf>;
  PaymentDeferred: ResolverTypeWrapper<PaymentDeferredOf>;
  PlaceOrderInput: PlaceOrderInput;
  PlaceOrderResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['PlaceOrderResult']>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Recipient: ResolverTypeWrapper<Recipient>;
  RecipientInput: RecipientInput;
  Ribbon: ResolverTypeWrapper<Ribbon>;
  RibbonInput: RibbonInput;
  Sender: ResolverTypeWrapper<Sender>;
  SenderInput: SenderInput;
  Store: ResolverTypeWrapper<Omit<Store, 'deliveryDays'> & { deliveryDays?: Maybe<Array<ResolversTypes['DeliveryDay']>> }>;
  Substitution: Substitution;
  TooManyDeclined: ResolverTypeWrapper<TooManyDeclinedOf>;
  TooManyUnpaid: ResolverTypeWrapper<TooManyUnpaidOf>;
  TotalChanged: ResolverTypeWrapper<TotalChangedOf>;
  Tracking: ResolverTypeWrapper<TrackedOrder>;
  User: ResolverTypeWrapper<User>;
  WindowProblem: WindowProblem;
  WindowUnavailable: ResolverTypeWrapper<WindowUnavailableOf>;
  WrongState: ResolverTypeWrapper<WrongStateOf>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  CancelOrderInput: CancelOrderInput;
  ID: Scalars['ID']['output'];
  CancelOrderResult: ResolversUnionTypes<ResolversParentTypes>['CancelOrderResult'];
  CorrectRecipientInput: CorrectRecipientInput;
  CorrectRecipientResult: ResolversUnionTypes<ResolversParentTypes>['CorrectRecipientResult'];
  Cursor: Scalars['Cursor']['output'];
  Date: Scalars['Date']['output'];
  DateTime: Scalars['DateTime']['output'];
  Delivery: CarriedReference;
  Boolean: Scalars['Boolean']['output'];
  DeliveryDay: ShownDay;
  DeliveryPromise: DeliveryPromise;
  DeliveryWindow: ShownWindow;
  Failure: ResolversInterfaceTypes<ResolversParentTypes>['Failure'];
  IdempotencyConflict: IdempotencyConflictOf;
  InputProblem: InputProblem;
  Int: Scalars['Int']['output'];
  InvalidInput: InvalidInputOf;
  Item: Item;
  ItemUnavailable: ItemUnavailableOf;
  LocalTime: Scalars['LocalTime']['output'];
  Money: Money;
  MoneyInput: MoneyInput;
  Mutation: Record<PropertyKey, never>;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  NotDeliveredThere: NotDeliveredThereOf;
  NotFound: NotFoundOf;
  Order: OrderView;
  OrderLine: Line;
  OrderLineInput: OrderLineInput;
  OrderPayload: OrderPayloadOf;
  PageInfo: PageInfo;
  PayOrderInput: PayOrderInput;
  PayOrderResult: ResolversUnionTypes<ResolversParentTypes>['PayOrderResult'];
  PaymentDeclined: PaymentDeclinedOf;
  PaymentDeferred: PaymentDeferredOf;
  PlaceOrderInput: PlaceOrderInput;
  PlaceOrderResult: ResolversUnionTypes<ResolversParentTypes>['PlaceOrderResult'];
  Query: Record<PropertyKey, never>;
  Recipient: Recipient;
  RecipientInput: RecipientInput;
  Ribbon: Ribbon;
  RibbonInput: RibbonInput;
  Sender: Sender;
  SenderInput: SenderInput;
  Store: Omit<Store, 'deliveryDays'> & { deliveryDays?: Maybe<Array<ResolversParentTypes['DeliveryDay']>> } | FederationReferenceTypes['Store'];
  TooManyDeclined: TooManyDeclinedOf;
  TooManyUnpaid: TooManyUnpaidOf;
  TotalChanged: TotalChangedOf;
  Tracking: TrackedOrder;
  User: User;
  WindowUnavailable: WindowUnavailableOf;
  WrongState: WrongStateOf;
  String: Scalars['String']['output'];
};

export type IdDirectiveArgs = {
  of?: Maybe<Scalars['String']['input']>;
};

export type IdDirectiveResolver<Result, Parent, ContextType = Context, Args = IdDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type SecretDirectiveArgs = { };

export type SecretDirectiveResolver<Result, Parent, ContextType = Context, Args = SecretDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type CancelOrderResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CancelOrderResult'] = ResolversParentTypes['CancelOrderResult']> = {
  __resolveType: TypeResolveFn<'NotFound' | 'OrderPayload' | 'WrongState', ParentType, ContextType>;
};

export type CorrectRecipientResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CorrectRecipientResult'] = ResolversParentTypes['CorrectRecipientResult']> = {
  __resolveType: TypeResolveFn<'InvalidInput' | 'NotDeliveredThere' | 'NotFound' | 'OrderPayload' | 'WrongState', ParentType, ContextType>;
};

export interface CursorScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Cursor'], any> {
  name: 'Cursor';
}

export interface DateScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Date'], any> {
  name: 'Date';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DeliveryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Delivery'] = ResolversParentTypes['Delivery'], FederationReferenceType extends FederationReferenceTypes['Delivery'] = FederationReferenceTypes['Delivery']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Delivery']> | FederationReferenceType, FederationReferenceType, ContextType>;
  district?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lines?: Resolver<Maybe<Array<ResolversTypes['OrderLine']>>, ParentType, ContextType>;
  recipient?: Resolver<Maybe<ResolversTypes['Recipient']>, ParentType, ContextType>;
};

export type DeliveryDayResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeliveryDay'] = ResolversParentTypes['DeliveryDay']> = {
  date?: Resolver<ResolversTypes['Date'], ParentType, ContextType>;
  windows?: Resolver<Array<ResolversTypes['DeliveryWindow']>, ParentType, ContextType>;
};

export type DeliveryPromiseResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeliveryPromise'] = ResolversParentTypes['DeliveryPromise']> = {
  endsAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  startsAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  timeZone?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type DeliveryWindowResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeliveryWindow'] = ResolversParentTypes['DeliveryWindow']> = {
  endsAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  fee?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
  open?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  orderBy?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  startsAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  windowId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type FailureResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Failure'] = ResolversParentTypes['Failure']> = {
  __resolveType: TypeResolveFn<'IdempotencyConflict' | 'InvalidInput' | 'ItemUnavailable' | 'NotDeliveredThere' | 'NotFound' | 'PaymentDeclined' | 'PaymentDeferred' | 'TooManyDeclined' | 'TooManyUnpaid' | 'TotalChanged' | 'WindowUnavailable' | 'WrongState', ParentType, ContextType>;
};

export type IdempotencyConflictResolvers<ContextType = Context, ParentType extends ResolversParentTypes['IdempotencyConflict'] = ResolversParentTypes['IdempotencyConflict']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type InputProblemResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InputProblem'] = ResolversParentTypes['InputProblem']> = {
  code?: Resolver<ResolversTypes['InputProblemCode'], ParentType, ContextType>;
  limit?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
};

export type InvalidInputResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InvalidInput'] = ResolversParentTypes['InvalidInput']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  problems?: Resolver<Array<ResolversTypes['InputProblem']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ItemResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Item'] = ResolversParentTypes['Item']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type ItemUnavailableResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ItemUnavailable'] = ResolversParentTypes['ItemUnavailable']> = {
  itemIds?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export interface LocalTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['LocalTime'], any> {
  name: 'LocalTime';
}

export type MoneyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Money'] = ResolversParentTypes['Money']> = {
  amount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  currency?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  cancelOrder?: Resolver<Maybe<ResolversTypes['CancelOrderResult']>, ParentType, ContextType, RequireFields<MutationCancelOrderArgs, 'input'>>;
  correctRecipient?: Resolver<Maybe<ResolversTypes['CorrectRecipientResult']>, ParentType, ContextType, RequireFields<MutationCorrectRecipientArgs, 'input'>>;
  payOrder?: Resolver<Maybe<ResolversTypes['PayOrderResult']>, ParentType, ContextType, RequireFields<MutationPayOrderArgs, 'input'>>;
  placeOrder?: Resolver<Maybe<ResolversTypes['PlaceOrderResult']>, ParentType, ContextType, RequireFields<MutationPlaceOrderArgs, 'input'>>;
};

export type NodeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'Order', ParentType, ContextType>;
};

export type NotDeliveredThereResolvers<ContextType = Context, ParentType extends ResolversParentTypes['NotDeliveredThere'] = ResolversParentTypes['NotDeliveredThere']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type NotFoundResolvers<ContextType = Context, ParentType extends ResolversParentTypes['NotFound'] = ResolversParentTypes['NotFound']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type OrderResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Order'] = ResolversParentTypes['Order'], FederationReferenceType extends FederationReferenceTypes['Order'] = FederationReferenceTypes['Order']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Order']> | FederationReferenceType, FederationReferenceType, ContextType>;
  cardMessage?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  customer?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  deliveryFee?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lines?: Resolver<Array<ResolversTypes['OrderLine']>, ParentType, ContextType>;
  payBy?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  placedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  promise?: Resolver<Maybe<ResolversTypes['DeliveryPromise']>, ParentType, ContextType>;
  recipient?: Resolver<Maybe<ResolversTypes['Recipient']>, ParentType, ContextType>;
  ribbon?: Resolver<Maybe<ResolversTypes['Ribbon']>, ParentType, ContextType>;
  sender?: Resolver<Maybe<ResolversTypes['Sender']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['OrderStatus'], ParentType, ContextType>;
  store?: Resolver<Maybe<ResolversTypes['Store']>, ParentType, ContextType>;
  substitution?: Resolver<Maybe<ResolversTypes['Substitution']>, ParentType, ContextType>;
  total?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type OrderLineResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderLine'] = ResolversParentTypes['OrderLine']> = {
  item?: Resolver<Maybe<ResolversTypes['Item']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  unitPrice?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type OrderPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderPayload'] = ResolversParentTypes['OrderPayload']> = {
  order?: Resolver<ResolversTypes['Order'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
};

export type PayOrderResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PayOrderResult'] = ResolversParentTypes['PayOrderResult']> = {
  __resolveType: TypeResolveFn<'InvalidInput' | 'NotFound' | 'OrderPayload' | 'PaymentDeclined' | 'PaymentDeferred' | 'WrongState', ParentType, ContextType>;
};

export type PaymentDeclinedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PaymentDeclined'] = ResolversParentTypes['PaymentDeclined']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  order?: Resolver<ResolversTypes['Order'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PaymentDeferredResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PaymentDeferred'] = ResolversParentTypes['PaymentDeferred']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  order?: Resolver<ResolversTypes['Order'], ParentType, ContextType>;
  payBy?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  retryAfter?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PlaceOrderResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PlaceOrderResult'] = ResolversParentTypes['PlaceOrderResult']> = {
  __resolveType: TypeResolveFn<'IdempotencyConflict' | 'InvalidInput' | 'ItemUnavailable' | 'NotDeliveredThere' | 'OrderPayload' | 'PaymentDeclined' | 'PaymentDeferred' | 'TooManyDeclined' | 'TooManyUnpaid' | 'TotalChanged' | 'WindowUnavailable', ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType, RequireFields<QueryOrderArgs, 'id'>>;
};

export type RecipientResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Recipient'] = ResolversParentTypes['Recipient']> = {
  address?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  phone?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  postalCode?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type RibbonResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Ribbon'] = ResolversParentTypes['Ribbon']> = {
  from?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  phrase?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type SenderResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Sender'] = ResolversParentTypes['Sender']> = {
  anonymous?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type StoreResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Store'] = ResolversParentTypes['Store'], FederationReferenceType extends FederationReferenceTypes['Store'] = FederationReferenceTypes['Store']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Store']> | FederationReferenceType, FederationReferenceType, ContextType>;
  deliveryDays?: Resolver<Maybe<Array<ResolversTypes['DeliveryDay']>>, ParentType, ContextType, RequireFields<StoreDeliveryDaysArgs, 'days'>>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type TooManyDeclinedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TooManyDeclined'] = ResolversParentTypes['TooManyDeclined']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  retryAfter?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TooManyUnpaidResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TooManyUnpaid'] = ResolversParentTypes['TooManyUnpaid']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TotalChangedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TotalChanged'] = ResolversParentTypes['TotalChanged']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TrackingResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Tracking'] = ResolversParentTypes['Tracking'], FederationReferenceType extends FederationReferenceTypes['Tracking'] = FederationReferenceTypes['Tracking']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Tracking']> | FederationReferenceType, FederationReferenceType, ContextType>;
  orderId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sender?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type UserResolvers<ContextType = Context, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User']> = {
  disclosed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type WindowUnavailableResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WindowUnavailable'] = ResolversParentTypes['WindowUnavailable']> = {
  instead?: Resolver<Array<ResolversTypes['DeliveryWindow']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  why?: Resolver<ResolversTypes['WindowProblem'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type WrongStateResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WrongState'] = ResolversParentTypes['WrongState']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  CancelOrderResult?: CancelOrderResultResolvers<ContextType>;
  CorrectRecipientResult?: CorrectRecipientResultResolvers<ContextType>;
  Cursor?: GraphQLScalarType;
  Date?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  Delivery?: DeliveryResolvers<ContextType>;
  DeliveryDay?: DeliveryDayResolvers<ContextType>;
  DeliveryPromise?: DeliveryPromiseResolvers<ContextType>;
  DeliveryWindow?: DeliveryWindowResolvers<ContextType>;
  Failure?: FailureResolvers<ContextType>;
  IdempotencyConflict?: IdempotencyConflictResolvers<ContextType>;
  InputProblem?: InputProblemResolvers<ContextType>;
  InvalidInput?: InvalidInputResolvers<ContextType>;
  Item?: ItemResolvers<ContextType>;
  ItemUnavailable?: ItemUnavailableResolvers<ContextType>;
  LocalTime?: GraphQLScalarType;
  Money?: MoneyResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  NotDeliveredThere?: NotDeliveredThereResolvers<ContextType>;
  NotFound?: NotFoundResolvers<ContextType>;
  Order?: OrderResolvers<ContextType>;
  OrderLine?: OrderLineResolvers<ContextType>;
  OrderPayload?: OrderPayloadResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  PayOrderResult?: PayOrderResultResolvers<ContextType>;
  PaymentDeclined?: PaymentDeclinedResolvers<ContextType>;
  PaymentDeferred?: PaymentDeferredResolvers<ContextType>;
  PlaceOrderResult?: PlaceOrderResultResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Recipient?: RecipientResolvers<ContextType>;
  Ribbon?: RibbonResolvers<ContextType>;
  Sender?: SenderResolvers<ContextType>;
  Store?: StoreResolvers<ContextType>;
  TooManyDeclined?: TooManyDeclinedResolvers<ContextType>;
  TooManyUnpaid?: TooManyUnpaidResolvers<ContextType>;
  TotalChanged?: TotalChangedResolvers<ContextType>;
  Tracking?: TrackingResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  WindowUnavailable?: WindowUnavailableResolvers<ContextType>;
  WrongState?: WrongStateResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  id?: IdDirectiveResolver<any, any, ContextType>;
  secret?: SecretDirectiveResolver<any, any, ContextType>;
};
