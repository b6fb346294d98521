import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { InvalidInput as InvalidInputOf, NotFound as NotFoundOf, WrongState as WrongStateOf, IdempotencyConflict as IdempotencyConflictOf } from '../../../../chassis/failures.ts';
import type { MyPageEntry as MyPageEntryOf } from '../../domain/entry.ts';
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
  /**
   * An opaque position in a live feed, valid on any connection for the same user, subscription field and arguments. Keep the
   * last one received: with it as `after`, a subscription continues with the next update.
   */
  LiveCursor: { input: unknown; output: unknown; }
  /** A time of day on a store's clock, in steps of a minute: 09:00. */
  LocalTime: { input: string; output: string; }
  _FieldSet: { input: unknown; output: unknown; }
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

/** The status of a delivery. */
export type DeliveryStatus =
  /** The flowers could not be handed over; a second attempt can be asked for, or they are brought back. */
  | 'ATTEMPTED'
  /** The customer cancelled before a rider departed. */
  | 'CANCELLED'
  /** It is handed over. */
  | 'COMPLETED'
  /** A rider is on the way. */
  | 'DEPARTED'
  /** Decorated, or a second attempt is wanted; waits for a rider. */
  | 'REQUESTED'
  /** The flowers are back at the store. */
  | 'RETURNED';

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

/** An amount of money. */
export type Money = {
  __typename?: 'Money';
  /** In the currency's minor unit: won for KRW (the only currency today). At most 2,000,000,000. */
  amount: Scalars['Int']['output'];
  /** The ISO 4217 code; always KRW today. */
  currency: Scalars['String']['output'];
};

/** A page of the caller's orders. */
export type MyPageConnection = {
  __typename?: 'MyPageConnection';
  /** The entries with their cursors. */
  edges: Array<MyPageEdge>;
  /** The entries. */
  nodes: Array<MyPageEntry>;
  /** The position of the page in the list. */
  pageInfo: PageInfo;
};

/** An entry and its cursor. */
export type MyPageEdge = {
  __typename?: 'MyPageEdge';
  /** The entry's position; for `after`. */
  cursor: Scalars['Cursor']['output'];
  /** The entry. */
  node: MyPageEntry;
};

/**
 * 마이페이지. One order as its customer sees it: the states of order, payment, store and delivery together. Shown to the
 * order's customer only. It follows each step a moment later, and can be a step behind `order`.
 */
export type MyPageEntry = Node & {
  __typename?: 'MyPageEntry';
  /** The delivery's status; null until a rider is requested. */
  deliveryStatus?: Maybe<DeliveryStatus>;
  /** The entry's id. */
  id: Scalars['ID']['output'];
  /** The order; null while the order service is unavailable. */
  order?: Maybe<Order>;
  /** The order's id, as commands take it. */
  orderId: Scalars['ID']['output'];
  /** The order's status. */
  orderStatus: OrderStatus;
  /** The payment's status; null before the first payment. */
  paymentStatus?: Maybe<PaymentStatus>;
  /** When the flowers are promised to arrive; null for orders from before there were windows. */
  promise?: Maybe<DeliveryPromise>;
  /** What was returned of the total so far, in parts or as a whole; 0 if nothing. */
  refunded: Money;
  /** Increases by one with each fact: of two states of an entry, the one with the greater revision is newer. */
  revision: Scalars['Int']['output'];
  /** The name of the store; "(not known yet)" for a moment if the store is new. */
  storeName: Scalars['String']['output'];
  /** The ordered items in one line, e.g. 장미 한바구니 × 1; after three, "… +2" is the number of further ones. */
  summary: Scalars['String']['output'];
  /** What happened to the order, oldest first; at most 50, the latest. */
  timeline: Array<MyPageMoment>;
  /** The total price when the order was placed. */
  total: Money;
  /** When the latest of these happened. */
  updatedAt: Scalars['DateTime']['output'];
};

/** Which orders `myPage` returns. */
export type MyPageFilter =
  /** All orders. */
  | 'ALL'
  /** Orders that will not change any more: delivered, returned, cancelled, rejected or expired. */
  | 'CLOSED'
  /** Orders that will still change. */
  | 'OPEN';

/** Something that happened to the order, and when. */
export type MyPageMoment = {
  __typename?: 'MyPageMoment';
  /** When it happened. */
  at: Scalars['DateTime']['output'];
  /** The attempt to deliver, where it is about one: 1 or 2; else null. */
  attempt?: Maybe<Scalars['Int']['output']>;
  /** What happened. */
  fact: OrderFact;
};

/** An update of one of the caller's orders. */
export type MyPageUpdate = {
  __typename?: 'MyPageUpdate';
  /** The position of this update; pass the last one received as `after` when you subscribe again. */
  cursor: Scalars['LiveCursor']['output'];
  /** The whole entry; null only with GAP. Ignore an entry whose `revision` is not greater than that of the one you show. */
  entry?: Maybe<MyPageEntry>;
  /** The reason for the update. */
  kind: UpdateKind;
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
  /** The order as its customer sees it; null for everyone else. */
  myPage?: Maybe<MyPageEntry>;
};

/**
 * What can happen to an order. These are the names of the facts themselves, so they are not written in capitals. Later versions
 * may add others: leave out of a timeline what you have no words for.
 */
export type OrderFact =
  /** It is too late to cancel: a rider has departed. */
  | 'CancellationRefused'
  /** The customer has requested the cancellation of the paid order; the store or the delivery decides. */
  | 'CancellationRequested'
  /** The flowers are ready for a rider. */
  | 'Decorated'
  /** The flowers could not be handed over. */
  | 'DeliveryAttemptFailed'
  /** The delivery is cancelled before a rider departed. */
  | 'DeliveryCancelled'
  /** The flowers are handed over. */
  | 'DeliveryCompleted'
  /** A rider is requested. */
  | 'DeliveryRequested'
  /** A rider is on the way with the flowers. */
  | 'DepartedForDelivery'
  /** The flowers are back at the store. */
  | 'FlowersReturned'
  /** The money is returned, because the florist could not make the order. */
  | 'ForciblyCancelled'
  /** The order is cancelled: by its customer, or because an item was out of stock. */
  | 'OrderCancelled'
  /** It is paid: the deal stands. */
  | 'OrderConfirmed'
  /** The order was not paid in time. */
  | 'OrderExpired'
  /** The order is recorded, but not paid yet. */
  | 'Ordered'
  /** The customer was charged. */
  | 'Paid'
  /** A part of the money is returned. */
  | 'PartlyRefunded'
  /** The money is returned, because the order is cancelled or expired. */
  | 'PaymentCancelled'
  /** The payment was declined; another payment method may be tried. */
  | 'PaymentDeclined'
  /** The florist has accepted the order. */
  | 'Received'
  /** The customer has corrected the recipient. */
  | 'RecipientCorrected'
  /** The store has answered a requested cancellation: it stops its work, or the flowers were ready, and the delivery decides. */
  | 'RegistrationCancelled'
  /** The florist can't make the order. */
  | 'Rejected'
  /** All ordered items are reserved. */
  | 'StockReserved';

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

/** The status of a payment. */
export type PaymentStatus =
  /** The provider has charged the customer. */
  | 'APPROVED'
  /** The money was returned. */
  | 'CANCELLED'
  /** The provider declined; another payment method may be tried while the order can be paid. */
  | 'DECLINED';

export type Query = {
  __typename?: 'Query';
  /** The caller's orders, newest first. For customers. An order appears a moment after it was placed. A page holds at most 100. */
  myPage?: Maybe<MyPageConnection>;
};


export type QueryMyPageArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  filter?: InputMaybe<MyPageFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/**
 * Live updates, over WebSockets (graphql-transport-ws) or Server-Sent Events. They require a token. Keep the `cursor` of the last
 * update, and subscribe again with it as `after` when a connection is lost: then nothing is missed.
 */
export type Subscription = {
  __typename?: 'Subscription';
  /**
   * Live updates of the caller's orders: first a GAP and a SNAPSHOT of each open order (or of the order `orderId` in any
   * state), then a CHANGE for each fact. With `after`: neither, but the missed CHANGEs, then the new ones.
   */
  myPageUpdated?: Maybe<MyPageUpdate>;
};


/**
 * Live updates, over WebSockets (graphql-transport-ws) or Server-Sent Events. They require a token. Keep the `cursor` of the last
 * update, and subscribe again with it as `after` when a connection is lost: then nothing is missed.
 */
export type SubscriptionMyPageUpdatedArgs = {
  after?: InputMaybe<Scalars['LiveCursor']['input']>;
  orderId?: InputMaybe<Scalars['ID']['input']>;
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
  MyPageEntry: MyPageEntry;
  Order: Order;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  MyPageEntry:
    ( { __typename: 'MyPageEntry' }
    & GraphQLRecursivePick<FederationTypes['MyPageEntry'], {"id":true}> );
  Order:
    ( { __typename: 'Order' }
    & GraphQLRecursivePick<FederationTypes['Order'], {"id":true}> );
};


/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Failure:
    | ( IdempotencyConflictOf )
    | ( InvalidInputOf )
    | ( NotFoundOf )
    | ( WrongStateOf )
  ;
  Node: ( MyPageEntryOf );
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Cursor: ResolverTypeWrapper<Scalars['Cursor']['output']>;
  Date: ResolverTypeWrapper<Scalars['Date']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DeliveryPromise: ResolverTypeWrapper<DeliveryPromise>;
  DeliveryStatus: DeliveryStatus;
  Failure: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Failure']>;
  IdempotencyConflict: ResolverTypeWrapper<IdempotencyConflictOf>;
  InputProblem: ResolverTypeWrapper<InputProblem>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  InputProblemCode: InputProblemCode;
  InvalidInput: ResolverTypeWrapper<InvalidInputOf>;
  LiveCursor: ResolverTypeWrapper<Scalars['LiveCursor']['output']>;
  LocalTime: ResolverTypeWrapper<Scalars['LocalTime']['output']>;
  Money: ResolverTypeWrapper<Money>;
  MyPageConnection: ResolverTypeWrapper<Omit<MyPageConnection, 'edges' | 'nodes'> & { edges: Array<ResolversTypes['MyPageEdge']>, nodes: Array<ResolversTypes['MyPageEntry']> }>;
  MyPageEdge: ResolverTypeWrapper<Omit<MyPageEdge, 'node'> & { node: ResolversTypes['MyPageEntry'] }>;
  MyPageEntry: ResolverTypeWrapper<MyPageEntryOf>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  MyPageFilter: MyPageFilter;
  MyPageMoment: ResolverTypeWrapper<MyPageMoment>;
  MyPageUpdate: ResolverTypeWrapper<Omit<MyPageUpdate, 'entry'> & { entry?: Maybe<ResolversTypes['MyPageEntry']> }>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  NotFound: ResolverTypeWrapper<NotFoundOf>;
  Order: ResolverTypeWrapper<Omit<Order, 'myPage'> & { myPage?: Maybe<ResolversTypes['MyPageEntry']> }>;
  OrderFact: OrderFact;
  OrderStatus: OrderStatus;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  PaymentStatus: PaymentStatus;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  UpdateKind: UpdateKind;
  WrongState: ResolverTypeWrapper<WrongStateOf>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Cursor: Scalars['Cursor']['output'];
  Date: Scalars['Date']['output'];
  DateTime: Scalars['DateTime']['output'];
  DeliveryPromise: DeliveryPromise;
  Failure: ResolversInterfaceTypes<ResolversParentTypes>['Failure'];
  IdempotencyConflict: IdempotencyConflictOf;
  InputProblem: InputProblem;
  Int: Scalars['Int']['output'];
  InvalidInput: InvalidInputOf;
  LiveCursor: Scalars['LiveCursor']['output'];
  LocalTime: Scalars['LocalTime']['output'];
  Money: Money;
  MyPageConnection: Omit<MyPageConnection, 'edges' | 'nodes'> & { edges: Array<ResolversParentTypes['MyPageEdge']>, nodes: Array<ResolversParentTypes['MyPageEntry']> };
  MyPageEdge: Omit<MyPageEdge, 'node'> & { node: ResolversParentTypes['MyPageEntry'] };
  MyPageEntry: MyPageEntryOf;
  ID: Scalars['ID']['output'];
  MyPageMoment: MyPageMoment;
  MyPageUpdate: Omit<MyPageUpdate, 'entry'> & { entry?: Maybe<ResolversParentTypes['MyPageEntry']> };
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  NotFound: NotFoundOf;
  Order: Omit<Order, 'myPage'> & { myPage?: Maybe<ResolversParentTypes['MyPageEntry']> } | FederationReferenceTypes['Order'];
  PageInfo: PageInfo;
  Boolean: Scalars['Boolean']['output'];
  Query: Record<PropertyKey, never>;
  Subscription: Record<PropertyKey, never>;
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

export interface CursorScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Cursor'], any> {
  name: 'Cursor';
}

export interface DateScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Date'], any> {
  name: 'Date';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DeliveryPromiseResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeliveryPromise'] = ResolversParentTypes['DeliveryPromise']> = {
  endsAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  startsAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  timeZone?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type FailureResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Failure'] = ResolversParentTypes['Failure']> = {
  __resolveType: TypeResolveFn<'IdempotencyConflict' | 'InvalidInput' | 'NotFound' | 'WrongState', ParentType, ContextType>;
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

export type MyPageConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MyPageConnection'] = ResolversParentTypes['MyPageConnection']> = {
  edges?: Resolver<Array<ResolversTypes['MyPageEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['MyPageEntry']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type MyPageEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MyPageEdge'] = ResolversParentTypes['MyPageEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['MyPageEntry'], ParentType, ContextType>;
};

export type MyPageEntryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MyPageEntry'] = ResolversParentTypes['MyPageEntry'], FederationReferenceType extends FederationReferenceTypes['MyPageEntry'] = FederationReferenceTypes['MyPageEntry']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['MyPageEntry']> | FederationReferenceType, FederationReferenceType, ContextType>;
  deliveryStatus?: Resolver<Maybe<ResolversTypes['DeliveryStatus']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  orderId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  orderStatus?: Resolver<ResolversTypes['OrderStatus'], ParentType, ContextType>;
  paymentStatus?: Resolver<Maybe<ResolversTypes['PaymentStatus']>, ParentType, ContextType>;
  promise?: Resolver<Maybe<ResolversTypes['DeliveryPromise']>, ParentType, ContextType>;
  refunded?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  storeName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  summary?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  timeline?: Resolver<Array<ResolversTypes['MyPageMoment']>, ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MyPageMomentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MyPageMoment'] = ResolversParentTypes['MyPageMoment']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  attempt?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  fact?: Resolver<ResolversTypes['OrderFact'], ParentType, ContextType>;
};

export type MyPageUpdateResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MyPageUpdate'] = ResolversParentTypes['MyPageUpdate']> = {
  cursor?: Resolver<ResolversTypes['LiveCursor'], ParentType, ContextType>;
  entry?: Resolver<Maybe<ResolversTypes['MyPageEntry']>, ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['UpdateKind'], ParentType, ContextType>;
};

export type NodeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'MyPageEntry', ParentType, ContextType>;
};

export type NotFoundResolvers<ContextType = Context, ParentType extends ResolversParentTypes['NotFound'] = ResolversParentTypes['NotFound']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type OrderResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Order'] = ResolversParentTypes['Order'], FederationReferenceType extends FederationReferenceTypes['Order'] = FederationReferenceTypes['Order']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Order']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  myPage?: Resolver<Maybe<ResolversTypes['MyPageEntry']>, ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  myPage?: Resolver<Maybe<ResolversTypes['MyPageConnection']>, ParentType, ContextType, RequireFields<QueryMyPageArgs, 'filter' | 'first'>>;
};

export type SubscriptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  myPageUpdated?: SubscriptionResolver<Maybe<ResolversTypes['MyPageUpdate']>, "myPageUpdated", ParentType, ContextType, Partial<SubscriptionMyPageUpdatedArgs>>;
};

export type WrongStateResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WrongState'] = ResolversParentTypes['WrongState']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  Cursor?: GraphQLScalarType;
  Date?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  DeliveryPromise?: DeliveryPromiseResolvers<ContextType>;
  Failure?: FailureResolvers<ContextType>;
  IdempotencyConflict?: IdempotencyConflictResolvers<ContextType>;
  InputProblem?: InputProblemResolvers<ContextType>;
  InvalidInput?: InvalidInputResolvers<ContextType>;
  LiveCursor?: GraphQLScalarType;
  LocalTime?: GraphQLScalarType;
  Money?: MoneyResolvers<ContextType>;
  MyPageConnection?: MyPageConnectionResolvers<ContextType>;
  MyPageEdge?: MyPageEdgeResolvers<ContextType>;
  MyPageEntry?: MyPageEntryResolvers<ContextType>;
  MyPageMoment?: MyPageMomentResolvers<ContextType>;
  MyPageUpdate?: MyPageUpdateResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  NotFound?: NotFoundResolvers<ContextType>;
  Order?: OrderResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  WrongState?: WrongStateResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  id?: IdDirectiveResolver<any, any, ContextType>;
  live?: LiveDirectiveResolver<any, any, ContextType>;
  secret?: SecretDirectiveResolver<any, any, ContextType>;
};
