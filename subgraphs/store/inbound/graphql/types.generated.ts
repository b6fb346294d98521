import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { InvalidInput as InvalidInputOf, NotFound as NotFoundOf, WrongState as WrongStateOf, IdempotencyConflict as IdempotencyConflictOf } from '../../../../chassis/failures.ts';
import type { NamedUser, Context } from './context.ts';
import type { Store as StoreOf } from '../../domain/store.ts';
import type { OpenedOrder } from '../../domain/store-order.ts';
import type { StorePayload as StorePayloadOf, TooManyStores as TooManyStoresOf } from '../../application/register-store.ts';
import type { StoreOrderPayload as StoreOrderPayloadOf } from '../../application/work-on-order.ts';
import type { StoreCalendar, CalendarConflict as CalendarConflictOf, TooManyCalendarChanges as TooManyCalendarChangesOf } from '../../domain/calendar.ts';
import type { CalendarPayload as CalendarPayloadOf } from '../../application/set-calendar.ts';
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
  /**
   * An opaque position in a live feed, valid on any connection for the same user, subscription field and arguments. Keep the
   * last one received: with it as `after`, a subscription continues with the next update.
   */
  LiveCursor: { input: unknown; output: unknown; }
  /** A time of day on a store's clock, in steps of a minute: 09:00. */
  LocalTime: { input: string; output: string; }
  _FieldSet: { input: unknown; output: unknown; }
};

/** Where a store delivers, and what that costs. */
export type Area = {
  __typename?: 'Area';
  /** What the delivery costs; 0 if it is free. */
  fee: Money;
  /** The first digits of the postal codes; of several that fit, the longest counts. */
  postalCodePrefix: Scalars['String']['output'];
};

/** Where a store delivers, and what that costs. */
export type AreaInput = {
  /** What the delivery costs; 0 if it is free. */
  fee: FeeInput;
  /** The first digits of the postal codes, 1 to 5; of several that fit, the longest counts. */
  postalCodePrefix: Scalars['String']['input'];
};

/** Somebody else has changed the calendar meanwhile. Nothing was changed: show the present one, and set it again. */
export type CalendarConflict = Failure & {
  __typename?: 'CalendarConflict';
  /** The present calendar; null if none is set. */
  calendar?: Maybe<DeliveryCalendar>;
  /** What went wrong, for a person to read. */
  message: Scalars['String']['output'];
};

/** The calendar is set. */
export type CalendarPayload = {
  __typename?: 'CalendarPayload';
  /** The store, with its calendar. */
  store: Store;
};

/** A window of a special day. */
export type DayWindow = {
  __typename?: 'DayWindow';
  /** How many orders it takes; null: no limit. */
  capacity?: Maybe<Scalars['Int']['output']>;
  /** When it ends; on the next day, if that is not after `start`. */
  end: Scalars['LocalTime']['output'];
  /** How many minutes before `start` it can last be ordered. */
  noticeMinutes: Scalars['Int']['output'];
  /** When it begins. */
  start: Scalars['LocalTime']['output'];
};

/** A window of a special day. */
export type DayWindowInput = {
  /** How many orders it takes: 0 to 10,000; null: no limit. */
  capacity?: InputMaybe<Scalars['Int']['input']>;
  /** When it ends; on the next day, if that is not after `start`. */
  end: Scalars['LocalTime']['input'];
  /** How many minutes before `start` it can last be ordered: 0 to 43,200 (30 days). */
  noticeMinutes?: Scalars['Int']['input'];
  /** When it begins. */
  start: Scalars['LocalTime']['input'];
};

/** The order that is decorated. */
export type DecorateOrderInput = {
  /** The order's id. */
  orderId: Scalars['ID']['input'];
  /** A photo of the finished flowers, which the caller uploaded for this order (`requestUpload` with READY); optional. */
  photoId?: InputMaybe<Scalars['ID']['input']>;
  /**
   * What was used instead of a flower that was missing, for the customer to read: at most 500 characters; optional. Not possible if the
   * customer wants the same flowers only: reject the order instead.
   */
  substituted?: InputMaybe<Scalars['String']['input']>;
};

/** 배송 달력. When and where a store delivers, and for how much. */
export type DeliveryCalendar = {
  __typename?: 'DeliveryCalendar';
  /** Where it delivers, and what that costs; at most 200. None: everywhere, for nothing. */
  areas: Array<Area>;
  /** Days without windows; at most 400. */
  closedDays: Array<Scalars['Date']['output']>;
  /** Days that have other windows than the week's; at most 100. */
  specialDays: Array<SpecialDay>;
  /** The IANA time zone of all its days and times. */
  timeZone: Scalars['String']['output'];
  /** Grows by one with each change; for `expectedVersion`. */
  version: Scalars['Int']['output'];
  /** The windows of each week; at most 84. */
  windows: Array<WeeklyWindow>;
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

/**
 * An expected failure of a mutation: every other member of its result than the success. `... on Failure { message }` covers
 * all of them, also those that later versions add.
 */
export type Failure = {
  /** What went wrong, in English, for a person to read. It may change: programs read `__typename` and the other fields. */
  message: Scalars['String']['output'];
};

/** What a delivery costs. */
export type FeeInput = {
  /** In the currency's minor unit: won for KRW. 0 to 1,000,000. */
  amount: Scalars['Int']['input'];
  /** The ISO 4217 code; only KRW today. */
  currency?: Scalars['String']['input'];
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

/** An amount of money. */
export type Money = {
  __typename?: 'Money';
  /** In the currency's minor unit: won for KRW (the only currency today). At most 2,000,000,000. */
  amount: Scalars['Int']['output'];
  /** The ISO 4217 code; always KRW today. */
  currency: Scalars['String']['output'];
};

export type Mutation = {
  __typename?: 'Mutation';
  /** The flowers are ready for a rider: RECEIVED becomes DECORATED. Only for the store's owner; others get NotFound. */
  decorateOrder?: Maybe<StoreOrderResult>;
  /** The florist accepts the order: NEW becomes RECEIVED. Only for the store's owner; others get NotFound. */
  receiveOrder?: Maybe<StoreOrderResult>;
  /** Registers a store of the caller's, who must have the role STORE_OWNER. */
  registerStore?: Maybe<RegisterStoreResult>;
  /**
   * The florist can't make it: NEW or RECEIVED becomes REJECTED, and the customer gets the money back. Only for the
   * store's owner; others get NotFound.
   */
  rejectOrder?: Maybe<StoreOrderResult>;
  /**
   * Sets when and where a store of the caller's delivers, and for how much. It replaces the calendar that was set before. Orders that
   * are placed keep their windows: closing a day or lowering a capacity cancels nothing. Others get NotFound.
   */
  setDeliveryCalendar?: Maybe<SetDeliveryCalendarResult>;
};


export type MutationDecorateOrderArgs = {
  input: DecorateOrderInput;
};


export type MutationReceiveOrderArgs = {
  input: ReceiveOrderInput;
};


export type MutationRegisterStoreArgs = {
  input: RegisterStoreInput;
};


export type MutationRejectOrderArgs = {
  input: RejectOrderInput;
};


export type MutationSetDeliveryCalendarArgs = {
  input: SetDeliveryCalendarInput;
};

/** Something with an id that nothing else has, of whatever type. Request it again by `Query.node`. */
export type Node = {
  /** Its id; opaque. */
  id: Scalars['ID']['output'];
};

/** It does not exist, or the caller may not know that it does. */
export type NotFound = Failure & {
  __typename?: 'NotFound';
  /** What went wrong, for a person to read. */
  message: Scalars['String']['output'];
};

export type Order = {
  __typename?: 'Order';
  id: Scalars['ID']['output'];
  /** The florist's work on it. Null until it is paid and its items are reserved, and for everyone but its customer and the store's owner. */
  storeOrder?: Maybe<StoreOrder>;
};

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

export type Photo = {
  __typename?: 'Photo';
  photo: Scalars['String']['output'];
};

export type Query = {
  __typename?: 'Query';
  /** One store; null if it does not exist. Public, without a token. */
  store?: Maybe<Store>;
  /** All stores, oldest first. Public, without a token. A page holds at most 100. */
  stores?: Maybe<StoreConnection>;
};


export type QueryStoreArgs = {
  id: Scalars['ID']['input'];
};


export type QueryStoresArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** The order to receive. */
export type ReceiveOrderInput = {
  /** The order's id. */
  orderId: Scalars['ID']['input'];
};

/** A new store. */
export type RegisterStoreInput = {
  /** Chosen by the client: repeating a request with the same key and input returns the same store. At most 255 characters. */
  idempotencyKey: Scalars['ID']['input'];
  /** The shop's name: one line of 1 to 100 characters; invisible ones are removed. */
  name: Scalars['String']['input'];
};

/** The result of registering a store. */
export type RegisterStoreResult = IdempotencyConflict | InvalidInput | StorePayload | TooManyStores;

/** The order to reject, and the reason. */
export type RejectOrderInput = {
  /** The order's id. */
  orderId: Scalars['ID']['input'];
  /** The reason, for the customer to read: 1 to 500 characters. */
  reason: Scalars['String']['input'];
};

/** Why an order was rejected. */
export type RejectionCause =
  /** The florist could not make it. */
  | 'FLORIST'
  /** Nobody accepted it in time. */
  | 'NOT_ACCEPTED';

/** A store's whole calendar. A list that is left out is empty. */
export type SetDeliveryCalendarInput = {
  /** Where the store delivers, and what that costs; at most 200, each prefix once. None: everywhere, for nothing. */
  areas?: Array<AreaInput>;
  /** Days without windows; at most 400, each once. */
  closedDays?: Array<Scalars['Date']['input']>;
  /**
   * The version that the caller has changed (0 if none was set); if it is not the present one, CalendarConflict. Without it, whatever is
   * there is replaced. A calendar that is set already is answered as it was the first time.
   */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Days that have other windows than the week's, and are not closed; at most 100, each once. */
  specialDays?: Array<SpecialDayInput>;
  /** The store, one of the caller's. */
  storeId: Scalars['ID']['input'];
  /** The IANA time zone of all days and times, e.g. Asia/Seoul. */
  timeZone: Scalars['String']['input'];
  /** The windows of each week: at most 84, and at most 12 on each day, which overlap neither with each other nor with the day before's. */
  windows: Array<WeeklyWindowInput>;
};

/** The result of setting a calendar. NotFound: there is no such store, or it is another owner's. */
export type SetDeliveryCalendarResult = CalendarConflict | CalendarPayload | InvalidInput | NotFound | TooManyCalendarChanges;

/** A day that has windows of its own. */
export type SpecialDay = {
  __typename?: 'SpecialDay';
  /** The day. */
  day: Scalars['Date']['output'];
  /** Its windows; at most 12. */
  windows: Array<DayWindow>;
};

/** A day that has windows of its own. */
export type SpecialDayInput = {
  /** The day. */
  day: Scalars['Date']['input'];
  /**
   * Its windows: at most 12, which do not overlap. One that starts before a window of the day before has ended is left out; and so is one
   * of the next day that starts before these have ended.
   */
  windows: Array<DayWindowInput>;
};

/** A florist's shop. */
export type Store = Node & {
  __typename?: 'Store';
  /** When and where the store delivers; null for everyone but its owner, and if none was set: then it sells four windows a day, everywhere, for nothing. */
  calendar?: Maybe<DeliveryCalendar>;
  /** The store's id. */
  id: Scalars['ID']['output'];
  /** The shop's name. */
  name: Scalars['String']['output'];
  /** The store's orders, newest first; null for everyone but its owner. A page holds at most 100. */
  orders?: Maybe<StoreOrderConnection>;
  /** The florist who owns it; null for everyone else. */
  owner?: Maybe<User>;
};


/** A florist's shop. */
export type StoreOrdersArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  status?: InputMaybe<Array<StoreOrderStatus>>;
};

/** A page of stores. */
export type StoreConnection = {
  __typename?: 'StoreConnection';
  /** The stores with their cursors. */
  edges: Array<StoreEdge>;
  /** The stores. */
  nodes: Array<Store>;
  /** The position of the page in the list. */
  pageInfo: PageInfo;
};

/** A store and its cursor. */
export type StoreEdge = {
  __typename?: 'StoreEdge';
  /** Its position; for `after`. */
  cursor: Scalars['Cursor']['output'];
  /** The store. */
  node: Store;
};

/** The florist's work on one order. Readable by the store's owner, and through `Order.storeOrder` by its customer. */
export type StoreOrder = Node & {
  __typename?: 'StoreOrder';
  /** Until when the florist must accept it. Then it is rejected by itself; null if it never is, and unless the status is NEW. */
  acceptBy?: Maybe<Scalars['DateTime']['output']>;
  /** The store order's id. */
  id: Scalars['ID']['output'];
  /** The order that the florist works on: with the recipient and the card message. */
  order?: Maybe<Order>;
  /** The flowers as they left the store; null if the florist uploaded no photo, and 90 days later. */
  photo?: Maybe<Photo>;
  /** When the flowers are promised to arrive; null for orders from before there were windows. */
  promise?: Maybe<DeliveryPromise>;
  /** What `refundPart` has returned to the customer so far; 0 if nothing. It follows a moment later. */
  refunded: Money;
  /** Whether the florist rejected it, or nobody accepted it in time; null unless the status is REJECTED. */
  rejectionCause?: Maybe<RejectionCause>;
  /** The reason why the florist could not make it, in their words; null unless they rejected it. */
  rejectionReason?: Maybe<Scalars['String']['output']>;
  /** The status of the work. */
  status: StoreOrderStatus;
  /** The store that makes it. */
  store?: Maybe<Store>;
  /** What the florist used instead of a flower that was missing; null if nothing. */
  substituted?: Maybe<Scalars['String']['output']>;
};

/** A page of a store's orders. */
export type StoreOrderConnection = {
  __typename?: 'StoreOrderConnection';
  /** The orders with their cursors. */
  edges: Array<StoreOrderEdge>;
  /** The orders. */
  nodes: Array<StoreOrder>;
  /** The position of the page in the list. */
  pageInfo: PageInfo;
};

/** A store's order and its cursor. */
export type StoreOrderEdge = {
  __typename?: 'StoreOrderEdge';
  /** Its position; for `after`. */
  cursor: Scalars['Cursor']['output'];
  /** The store's order. */
  node: StoreOrder;
};

/** The command has succeeded, now or in an earlier request. */
export type StoreOrderPayload = {
  __typename?: 'StoreOrderPayload';
  /** The store order in its present state. */
  storeOrder: StoreOrder;
};

/** The result of a florist's command. NotFound: there is no such order, or it is another store's. */
export type StoreOrderResult = InvalidInput | NotFound | StoreOrderPayload | WrongState;

/** The status of the florist's work on an order. */
export type StoreOrderStatus =
  /** The customer cancelled in time. */
  | 'CANCELLED'
  /** Ready for a rider. */
  | 'DECORATED'
  /** It has arrived. */
  | 'DELIVERED'
  /** A rider is on the way with it. */
  | 'HANDED_OVER'
  /** Paid and reserved; the florist has not accepted it yet. */
  | 'NEW'
  /** The florist has accepted it. */
  | 'RECEIVED'
  /** The florist could not make it; the customer gets the money back. */
  | 'REJECTED'
  /** It could not be handed over, and is back. */
  | 'RETURNED';

/** An update of an order in the store. */
export type StoreOrderUpdate = {
  __typename?: 'StoreOrderUpdate';
  /** The position of this update; pass the last one received as `after` when you subscribe again. */
  cursor: Scalars['LiveCursor']['output'];
  /** The reason for the update. */
  kind: UpdateKind;
  /** The whole store order; null only with GAP. */
  storeOrder?: Maybe<StoreOrder>;
};

/** The store is registered, now or in an earlier request with the same key. */
export type StorePayload = {
  __typename?: 'StorePayload';
  /** The store. */
  store: Store;
};

export type Subscription = {
  __typename?: 'Subscription';
  /**
   * Live updates of the orders of the caller's own store: first a GAP and a SNAPSHOT of each that is not yet delivered,
   * cancelled or rejected, then a CHANGE for each step. With `after`: neither, but the missed CHANGEs, then the new ones. For
   * another owner's store there is the GAP only.
   */
  storeOrderUpdated?: Maybe<StoreOrderUpdate>;
};


export type SubscriptionStoreOrderUpdatedArgs = {
  after?: InputMaybe<Scalars['LiveCursor']['input']>;
  storeId: Scalars['ID']['input'];
};

/** The calendars of the caller's stores were changed 50 times within a day. Nothing was changed. */
export type TooManyCalendarChanges = Failure & {
  __typename?: 'TooManyCalendarChanges';
  /** What went wrong, for a person to read. */
  message: Scalars['String']['output'];
  /** Seconds until it may be changed again. */
  retryAfter: Scalars['Int']['output'];
};

/** The owner has the maximum number of stores. Nothing was registered, and the idempotencyKey is still unused. */
export type TooManyStores = Failure & {
  __typename?: 'TooManyStores';
  /** What went wrong, for a person to read. */
  message: Scalars['String']['output'];
};

export type Tracking = {
  __typename?: 'Tracking';
  /** The shop's name. */
  shop?: Maybe<Scalars['String']['output']>;
  storeId: Scalars['String']['output'];
};

/** The reason for an update. */
export type UpdateKind =
  /** The whole state after a change, never a difference. Replace what you show of it. */
  | 'CHANGE'
  /**
   * Drop what you show, or query it again: a SNAPSHOT of each that is still open follows. Without `after` this is the first
   * update; later it comes if changes can no longer be delivered, because they are too old.
   */
  | 'GAP'
  /**
   * The present state. Replace what you show of it. After a GAP comes one for each that is still open; one without a GAP
   * stands for CHANGEs that came faster than the client read them.
   */
  | 'SNAPSHOT';

export type User = {
  __typename?: 'User';
  disclosed: Scalars['Boolean']['output'];
  id: Scalars['ID']['output'];
  /** The user's stores, oldest first, at most 100. Shown to the user only; null for everyone else. */
  stores?: Maybe<Array<Store>>;
};

/** A day of the week. */
export type Weekday =
  /** Friday, 금요일. */
  | 'FRIDAY'
  /** Monday, 월요일. */
  | 'MONDAY'
  /** Saturday, 토요일. */
  | 'SATURDAY'
  /** Sunday, 일요일. */
  | 'SUNDAY'
  /** Thursday, 목요일. */
  | 'THURSDAY'
  /** Tuesday, 화요일. */
  | 'TUESDAY'
  /** Wednesday, 수요일. */
  | 'WEDNESDAY';

/** A window on certain days of each week. */
export type WeeklyWindow = {
  __typename?: 'WeeklyWindow';
  /** How many orders it takes; null: no limit. */
  capacity?: Maybe<Scalars['Int']['output']>;
  /** When it ends; on the next day, if that is not after `start`. */
  end: Scalars['LocalTime']['output'];
  /** How many minutes before `start` it can last be ordered. */
  noticeMinutes: Scalars['Int']['output'];
  /** When it begins. */
  start: Scalars['LocalTime']['output'];
  /** The days; at most 7. */
  weekdays: Array<Weekday>;
};

/** A window on certain days of each week. */
export type WeeklyWindowInput = {
  /** How many orders it takes: 0 to 10,000; null: no limit. */
  capacity?: InputMaybe<Scalars['Int']['input']>;
  /** When it ends; on the next day, if that is not after `start`. */
  end: Scalars['LocalTime']['input'];
  /** How many minutes before `start` it can last be ordered: 0 to 43,200 (30 days). */
  noticeMinutes?: Scalars['Int']['input'];
  /** When it begins. */
  start: Scalars['LocalTime']['input'];
  /** The days: 1 to 7, each once. */
  weekdays: Array<Weekday>;
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
  Order: Order;
  Store: Store;
  StoreOrder: StoreOrder;
  Tracking: Tracking;
  User: User;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Order:
    ( { __typename: 'Order' }
    & GraphQLRecursivePick<FederationTypes['Order'], {"id":true}> );
  Store:
    ( { __typename: 'Store' }
    & GraphQLRecursivePick<FederationTypes['Store'], {"id":true}> );
  StoreOrder:
    ( { __typename: 'StoreOrder' }
    & GraphQLRecursivePick<FederationTypes['StoreOrder'], {"id":true}> );
  Tracking:
    ( { __typename: 'Tracking' }
    & GraphQLRecursivePick<FederationTypes['Tracking'], {"storeId":true}> );
  User:
    ( { __typename: 'User' }
    & GraphQLRecursivePick<FederationTypes['User'], {"id":true}> );
};

/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
  RegisterStoreResult:
    | ( IdempotencyConflictOf )
    | ( InvalidInputOf )
    | ( StorePayloadOf )
    | ( TooManyStoresOf )
  ;
  SetDeliveryCalendarResult:
    | ( CalendarConflictOf )
    | ( CalendarPayloadOf )
    | ( InvalidInputOf )
    | ( NotFoundOf )
    | ( TooManyCalendarChangesOf )
  ;
  StoreOrderResult:
    | ( InvalidInputOf )
    | ( NotFoundOf )
    | ( StoreOrderPayloadOf )
    | ( WrongStateOf )
  ;
};

/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Failure:
    | ( CalendarConflictOf )
    | ( IdempotencyConflictOf )
    | ( InvalidInputOf )
    | ( NotFoundOf )
    | ( TooManyCalendarChangesOf )
    | ( TooManyStoresOf )
    | ( WrongStateOf )
  ;
  Node:
    | ( StoreOf )
    | ( OpenedOrder )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Area: ResolverTypeWrapper<Area>;
  AreaInput: AreaInput;
  CalendarConflict: ResolverTypeWrapper<CalendarConflictOf>;
  CalendarPayload: ResolverTypeWrapper<CalendarPayloadOf>;
  Cursor: ResolverTypeWrapper<Scalars['Cursor']['output']>;
  Date: ResolverTypeWrapper<Scalars['Date']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DayWindow: ResolverTypeWrapper<DayWindow>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  DayWindowInput: DayWindowInput;
  DecorateOrderInput: DecorateOrderInput;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  DeliveryCalendar: ResolverTypeWrapper<StoreCalendar>;
  DeliveryPromise: ResolverTypeWrapper<DeliveryPromise>;
  Failure: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Failure']>;
  FeeInput: FeeInput;
  IdempotencyConflict: ResolverTypeWrapper<IdempotencyConflictOf>;
  InputProblem: ResolverTypeWrapper<InputProblem>;
  InputProblemCode: InputProblemCode;
  InvalidInput: ResolverTypeWrapper<InvalidInputOf>;
  LiveCursor: ResolverTypeWrapper<Scalars['LiveCursor']['output']>;
  LocalTime: ResolverTypeWrapper<Scalars['LocalTime']['output']>;
  Money: ResolverTypeWrapper<Money>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  NotFound: ResolverTypeWrapper<NotFoundOf>;
  Order: ResolverTypeWrapper<Omit<Order, 'storeOrder'> & { storeOrder?: Maybe<ResolversTypes['StoreOrder']> }>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Photo: ResolverTypeWrapper<Photo>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ReceiveOrderInput: ReceiveOrderInput;
  RegisterStoreInput: RegisterStoreInput;
  RegisterStoreResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['RegisterStoreResult']>;
  RejectOrderInput: RejectOrderInput;
  RejectionCause: RejectionCause;
  SetDeliveryCalendarInput: SetDeliveryCalendarInput;
  SetDeliveryCalendarResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['SetDeliveryCalendarResult']>;
  SpecialDay: ResolverTypeWrapper<SpecialDay>;
  SpecialDayInput: SpecialDayInput;
  Store: ResolverTypeWrapper<StoreOf>;
  StoreConnection: ResolverTypeWrapper<Omit<StoreConnection, 'edges' | 'nodes'> & { edges: Array<ResolversTypes['StoreEdge']>, nodes: Array<ResolversTypes['Store']> }>;
  StoreEdge: ResolverTypeWrapper<Omit<StoreEdge, 'node'> & { node: ResolversTypes['Store'] }>;
  StoreOrder: ResolverTypeWrapper<OpenedOrder>;
  StoreOrderConnection: ResolverTypeWrapper<Omit<StoreOrderConnection, 'edges' | 'nodes'> & { edges: Array<ResolversTypes['StoreOrderEdge']>, nodes: Array<ResolversTypes['StoreOrder']> }>;
  StoreOrderEdge: ResolverTypeWrapper<Omit<StoreOrderEdge, 'node'> & { node: ResolversTypes['StoreOrder'] }>;
  StoreOrderPayload: ResolverTypeWrapper<StoreOrderPayloadOf>;
  StoreOrderResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['StoreOrderResult']>;
  StoreOrderStatus: StoreOrderStatus;
  StoreOrderUpdate: ResolverTypeWrapper<Omit<StoreOrderUpdate, 'storeOrder'> & { storeOrder?: Maybe<ResolversTypes['StoreOrder']> }>;
  StorePayload: ResolverTypeWrapper<StorePayloadOf>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  TooManyCalendarChanges: ResolverTypeWrapper<TooManyCalendarChangesOf>;
  TooManyStores: ResolverTypeWrapper<TooManyStoresOf>;
  Tracking: ResolverTypeWrapper<Tracking>;
  UpdateKind: UpdateKind;
  User: ResolverTypeWrapper<NamedUser>;
  Weekday: Weekday;
  WeeklyWindow: ResolverTypeWrapper<WeeklyWindow>;
  WeeklyWindowInput: WeeklyWindowInput;
  WrongState: ResolverTypeWrapper<WrongStateOf>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Area: Area;
  AreaInput: AreaInput;
  CalendarConflict: CalendarConflictOf;
  CalendarPayload: CalendarPayloadOf;
  Cursor: Scalars['Cursor']['output'];
  Date: Scalars['Date']['output'];
  DateTime: Scalars['DateTime']['output'];
  DayWindow: DayWindow;
  Int: Scalars['Int']['output'];
  DayWindowInput: DayWindowInput;
  DecorateOrderInput: DecorateOrderInput;
  ID: Scalars['ID']['output'];
  DeliveryCalendar: StoreCalendar;
  DeliveryPromise: DeliveryPromise;
  Failure: ResolversInterfaceTypes<ResolversParentTypes>['Failure'];
  FeeInput: FeeInput;
  IdempotencyConflict: IdempotencyConflictOf;
  InputProblem: InputProblem;
  InvalidInput: InvalidInputOf;
  LiveCursor: Scalars['LiveCursor']['output'];
  LocalTime: Scalars['LocalTime']['output'];
  Money: Money;
  Mutation: Record<PropertyKey, never>;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  NotFound: NotFoundOf;
  Order: Omit<Order, 'storeOrder'> & { storeOrder?: Maybe<ResolversParentTypes['StoreOrder']> } | FederationReferenceTypes['Order'];
  PageInfo: PageInfo;
  Boolean: Scalars['Boolean']['output'];
  Photo: Photo;
  Query: Record<PropertyKey, never>;
  ReceiveOrderInput: ReceiveOrderInput;
  RegisterStoreInput: RegisterStoreInput;
  RegisterStoreResult: ResolversUnionTypes<ResolversParentTypes>['RegisterStoreResult'];
  RejectOrderInput: RejectOrderInput;
  SetDeliveryCalendarInput: SetDeliveryCalendarInput;
  SetDeliveryCalendarResult: ResolversUnionTypes<ResolversParentTypes>['SetDeliveryCalendarResult'];
  SpecialDay: SpecialDay;
  SpecialDayInput: SpecialDayInput;
  Store: StoreOf;
  StoreConnection: Omit<StoreConnection, 'edges' | 'nodes'> & { edges: Array<ResolversParentTypes['StoreEdge']>, nodes: Array<ResolversParentTypes['Store']> };
  StoreEdge: Omit<StoreEdge, 'node'> & { node: ResolversParentTypes['Store'] };
  StoreOrder: OpenedOrder;
  StoreOrderConnection: Omit<StoreOrderConnection, 'edges' | 'nodes'> & { edges: Array<ResolversParentTypes['StoreOrderEdge']>, nodes: Array<ResolversParentTypes['StoreOrder']> };
  StoreOrderEdge: Omit<StoreOrderEdge, 'node'> & { node: ResolversParentTypes['StoreOrder'] };
  StoreOrderPayload: StoreOrderPayloadOf;
  StoreOrderResult: ResolversUnionTypes<ResolversParentTypes>['StoreOrderResult'];
  StoreOrderUpdate: Omit<StoreOrderUpdate, 'storeOrder'> & { storeOrder?: Maybe<ResolversParentTypes['StoreOrder']> };
  StorePayload: StorePayloadOf;
  Subscription: Record<PropertyKey, never>;
  TooManyCalendarChanges: TooManyCalendarChangesOf;
  TooManyStores: TooManyStoresOf;
  Tracking: Tracking | FederationReferenceTypes['Tracking'];
  User: NamedUser;
  WeeklyWindow: WeeklyWindow;
  WeeklyWindowInput: WeeklyWindowInput;
  WrongState: WrongStateOf;
  String: Scalars['String']['output'];
};

export type IdDirectiveArgs = {
  of?: Maybe<Scalars['String']['input']>;
};

export type IdDirectiveResolver<Result, Parent, ContextType = Context, Args = IdDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type LiveDirectiveArgs = {
  subjects: Array<Scalars['String']['input']>;
};

export type LiveDirectiveResolver<Result, Parent, ContextType = Context, Args = LiveDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type SecretDirectiveArgs = { };

export type SecretDirectiveResolver<Result, Parent, ContextType = Context, Args = SecretDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AreaResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Area'] = ResolversParentTypes['Area']> = {
  fee?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  postalCodePrefix?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type CalendarConflictResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CalendarConflict'] = ResolversParentTypes['CalendarConflict']> = {
  calendar?: Resolver<Maybe<ResolversTypes['DeliveryCalendar']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CalendarPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CalendarPayload'] = ResolversParentTypes['CalendarPayload']> = {
  store?: Resolver<ResolversTypes['Store'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
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

export type DayWindowResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DayWindow'] = ResolversParentTypes['DayWindow']> = {
  capacity?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  end?: Resolver<ResolversTypes['LocalTime'], ParentType, ContextType>;
  noticeMinutes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  start?: Resolver<ResolversTypes['LocalTime'], ParentType, ContextType>;
};

export type DeliveryCalendarResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeliveryCalendar'] = ResolversParentTypes['DeliveryCalendar']> = {
  areas?: Resolver<Array<ResolversTypes['Area']>, ParentType, ContextType>;
  closedDays?: Resolver<Array<ResolversTypes['Date']>, ParentType, ContextType>;
  specialDays?: Resolver<Array<ResolversTypes['SpecialDay']>, ParentType, ContextType>;
  timeZone?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  windows?: Resolver<Array<ResolversTypes['WeeklyWindow']>, ParentType, ContextType>;
};

export type DeliveryPromiseResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeliveryPromise'] = ResolversParentTypes['DeliveryPromise']> = {
  endsAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  startsAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  timeZone?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type FailureResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Failure'] = ResolversParentTypes['Failure']> = {
  __resolveType: TypeResolveFn<'CalendarConflict' | 'IdempotencyConflict' | 'InvalidInput' | 'NotFound' | 'TooManyCalendarChanges' | 'TooManyStores' | 'WrongState', ParentType, ContextType>;
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

export interface LiveCursorScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['LiveCursor'], any> {
  name: 'LiveCursor';
}

export interface LocalTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['LocalTime'], any> {
  name: 'LocalTime';
}

export type MoneyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Money'] = ResolversParentTypes['Money']> = {
  amount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  currency?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  decorateOrder?: Resolver<Maybe<ResolversTypes['StoreOrderResult']>, ParentType, ContextType, RequireFields<MutationDecorateOrderArgs, 'input'>>;
  receiveOrder?: Resolver<Maybe<ResolversTypes['StoreOrderResult']>, ParentType, ContextType, RequireFields<MutationReceiveOrderArgs, 'input'>>;
  registerStore?: Resolver<Maybe<ResolversTypes['RegisterStoreResult']>, ParentType, ContextType, RequireFields<MutationRegisterStoreArgs, 'input'>>;
  rejectOrder?: Resolver<Maybe<ResolversTypes['StoreOrderResult']>, ParentType, ContextType, RequireFields<MutationRejectOrderArgs, 'input'>>;
  setDeliveryCalendar?: Resolver<Maybe<ResolversTypes['SetDeliveryCalendarResult']>, ParentType, ContextType, RequireFields<MutationSetDeliveryCalendarArgs, 'input'>>;
};

export type NodeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'Store' | 'StoreOrder', ParentType, ContextType>;
};

export type NotFoundResolvers<ContextType = Context, ParentType extends ResolversParentTypes['NotFound'] = ResolversParentTypes['NotFound']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type OrderResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Order'] = ResolversParentTypes['Order'], FederationReferenceType extends FederationReferenceTypes['Order'] = FederationReferenceTypes['Order']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Order']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  storeOrder?: Resolver<Maybe<ResolversTypes['StoreOrder']>, ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
};

export type PhotoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Photo'] = ResolversParentTypes['Photo']> = {
  photo?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  store?: Resolver<Maybe<ResolversTypes['Store']>, ParentType, ContextType, RequireFields<QueryStoreArgs, 'id'>>;
  stores?: Resolver<Maybe<ResolversTypes['StoreConnection']>, ParentType, ContextType, RequireFields<QueryStoresArgs, 'first'>>;
};

export type RegisterStoreResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RegisterStoreResult'] = ResolversParentTypes['RegisterStoreResult']> = {
  __resolveType: TypeResolveFn<'IdempotencyConflict' | 'InvalidInput' | 'StorePayload' | 'TooManyStores', ParentType, ContextType>;
};

export type SetDeliveryCalendarResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SetDeliveryCalendarResult'] = ResolversParentTypes['SetDeliveryCalendarResult']> = {
  __resolveType: TypeResolveFn<'CalendarConflict' | 'CalendarPayload' | 'InvalidInput' | 'NotFound' | 'TooManyCalendarChanges', ParentType, ContextType>;
};

export type SpecialDayResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SpecialDay'] = ResolversParentTypes['SpecialDay']> = {
  day?: Resolver<ResolversTypes['Date'], ParentType, ContextType>;
  windows?: Resolver<Array<ResolversTypes['DayWindow']>, ParentType, ContextType>;
};

export type StoreResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Store'] = ResolversParentTypes['Store'], FederationReferenceType extends FederationReferenceTypes['Store'] = FederationReferenceTypes['Store']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Store']> | FederationReferenceType, FederationReferenceType, ContextType>;
  calendar?: Resolver<Maybe<ResolversTypes['DeliveryCalendar']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  orders?: Resolver<Maybe<ResolversTypes['StoreOrderConnection']>, ParentType, ContextType, RequireFields<StoreOrdersArgs, 'first'>>;
  owner?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type StoreConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StoreConnection'] = ResolversParentTypes['StoreConnection']> = {
  edges?: Resolver<Array<ResolversTypes['StoreEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Store']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type StoreEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StoreEdge'] = ResolversParentTypes['StoreEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Store'], ParentType, ContextType>;
};

export type StoreOrderResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StoreOrder'] = ResolversParentTypes['StoreOrder'], FederationReferenceType extends FederationReferenceTypes['StoreOrder'] = FederationReferenceTypes['StoreOrder']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['StoreOrder']> | FederationReferenceType, FederationReferenceType, ContextType>;
  acceptBy?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  photo?: Resolver<Maybe<ResolversTypes['Photo']>, ParentType, ContextType>;
  promise?: Resolver<Maybe<ResolversTypes['DeliveryPromise']>, ParentType, ContextType>;
  refunded?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  rejectionCause?: Resolver<Maybe<ResolversTypes['RejectionCause']>, ParentType, ContextType>;
  rejectionReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['StoreOrderStatus'], ParentType, ContextType>;
  store?: Resolver<Maybe<ResolversTypes['Store']>, ParentType, ContextType>;
  substituted?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type StoreOrderConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StoreOrderConnection'] = ResolversParentTypes['StoreOrderConnection']> = {
  edges?: Resolver<Array<ResolversTypes['StoreOrderEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['StoreOrder']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type StoreOrderEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StoreOrderEdge'] = ResolversParentTypes['StoreOrderEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['StoreOrder'], ParentType, ContextType>;
};

export type StoreOrderPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StoreOrderPayload'] = ResolversParentTypes['StoreOrderPayload']> = {
  storeOrder?: Resolver<ResolversTypes['StoreOrder'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type StoreOrderResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StoreOrderResult'] = ResolversParentTypes['StoreOrderResult']> = {
  __resolveType: TypeResolveFn<'InvalidInput' | 'NotFound' | 'StoreOrderPayload' | 'WrongState', ParentType, ContextType>;
};

export type StoreOrderUpdateResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StoreOrderUpdate'] = ResolversParentTypes['StoreOrderUpdate']> = {
  cursor?: Resolver<ResolversTypes['LiveCursor'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['UpdateKind'], ParentType, ContextType>;
  storeOrder?: Resolver<Maybe<ResolversTypes['StoreOrder']>, ParentType, ContextType>;
};

export type StorePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StorePayload'] = ResolversParentTypes['StorePayload']> = {
  store?: Resolver<ResolversTypes['Store'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  storeOrderUpdated?: SubscriptionResolver<Maybe<ResolversTypes['StoreOrderUpdate']>, "storeOrderUpdated", ParentType, ContextType, RequireFields<SubscriptionStoreOrderUpdatedArgs, 'storeId'>>;
};

export type TooManyCalendarChangesResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TooManyCalendarChanges'] = ResolversParentTypes['TooManyCalendarChanges']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  retryAfter?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TooManyStoresResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TooManyStores'] = ResolversParentTypes['TooManyStores']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TrackingResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Tracking'] = ResolversParentTypes['Tracking'], FederationReferenceType extends FederationReferenceTypes['Tracking'] = FederationReferenceTypes['Tracking']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Tracking']> | FederationReferenceType, FederationReferenceType, ContextType>;
  shop?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  storeId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type UserResolvers<ContextType = Context, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User'], FederationReferenceType extends FederationReferenceTypes['User'] = FederationReferenceTypes['User']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['User']> | FederationReferenceType, FederationReferenceType, ContextType>;
  disclosed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  stores?: Resolver<Maybe<Array<ResolversTypes['Store']>>, ParentType, ContextType>;
};

export type WeeklyWindowResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WeeklyWindow'] = ResolversParentTypes['WeeklyWindow']> = {
  capacity?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  end?: Resolver<ResolversTypes['LocalTime'], ParentType, ContextType>;
  noticeMinutes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  start?: Resolver<ResolversTypes['LocalTime'], ParentType, ContextType>;
  weekdays?: Resolver<Array<ResolversTypes['Weekday']>, ParentType, ContextType>;
};

export type WrongStateResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WrongState'] = ResolversParentTypes['WrongState']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  Area?: AreaResolvers<ContextType>;
  CalendarConflict?: CalendarConflictResolvers<ContextType>;
  CalendarPayload?: CalendarPayloadResolvers<ContextType>;
  Cursor?: GraphQLScalarType;
  Date?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  DayWindow?: DayWindowResolvers<ContextType>;
  DeliveryCalendar?: DeliveryCalendarResolvers<ContextType>;
  DeliveryPromise?: DeliveryPromiseResolvers<ContextType>;
  Failure?: FailureResolvers<ContextType>;
  IdempotencyConflict?: IdempotencyConflictResolvers<ContextType>;
  InputProblem?: InputProblemResolvers<ContextType>;
  InvalidInput?: InvalidInputResolvers<ContextType>;
  LiveCursor?: GraphQLScalarType;
  LocalTime?: GraphQLScalarType;
  Money?: MoneyResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  NotFound?: NotFoundResolvers<ContextType>;
  Order?: OrderResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Photo?: PhotoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RegisterStoreResult?: RegisterStoreResultResolvers<ContextType>;
  SetDeliveryCalendarResult?: SetDeliveryCalendarResultResolvers<ContextType>;
  SpecialDay?: SpecialDayResolvers<ContextType>;
  Store?: StoreResolvers<ContextType>;
  StoreConnection?: StoreConnectionResolvers<ContextType>;
  StoreEdge?: StoreEdgeResolvers<ContextType>;
  StoreOrder?: StoreOrderResolvers<ContextType>;
  StoreOrderConnection?: StoreOrderConnectionResolvers<ContextType>;
  StoreOrderEdge?: StoreOrderEdgeResolvers<ContextType>;
  StoreOrderPayload?: StoreOrderPayloadResolvers<ContextType>;
  StoreOrderResult?: StoreOrderResultResolvers<ContextType>;
  StoreOrderUpdate?: StoreOrderUpdateResolvers<ContextType>;
  StorePayload?: StorePayloadResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  TooManyCalendarChanges?: TooManyCalendarChangesResolvers<ContextType>;
  TooManyStores?: TooManyStoresResolvers<ContextType>;
  Tracking?: TrackingResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  WeeklyWindow?: WeeklyWindowResolvers<ContextType>;
  WrongState?: WrongStateResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  id?: IdDirectiveResolver<any, any, ContextType>;
  live?: LiveDirectiveResolver<any, any, ContextType>;
  secret?: SecretDirectiveResolver<any, any, ContextType>;
};
