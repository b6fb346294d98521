import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { InvalidInput as InvalidInputOf, NotFound as NotFoundOf, WrongState as WrongStateOf, IdempotencyConflict as IdempotencyConflictOf } from '../../../../chassis/failures.ts';
import type { KnownDelivery } from '../../domain/delivery.ts';
import type { AttemptView } from '../../application/attempts-shown.ts';
import type { Tracked } from '../../domain/tracking.ts';
import type { DeliveryPayload as DeliveryPayloadOf } from '../../application/ride.ts';
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

/** Why the flowers could not be handed over. */
export type AttemptReason =
  /** The flowers were damaged. */
  | 'DAMAGED'
  /** Nobody opened. */
  | 'NOBODY_HOME'
  /** The door could not be reached. */
  | 'NO_ACCESS'
  /** The recipient did not want them. */
  | 'REFUSED'
  /** The address is wrong. */
  | 'WRONG_ADDRESS';

/** The delivery to complete, with the proof that it was handed over. */
export type CompleteDeliveryInput = {
  /** When it was by the rider's phone; optional. It is shown beside the server's time, and decides nothing. */
  at?: InputMaybe<Scalars['DateTime']['input']>;
  /** The attempt on which the caller departed; without it, 1. */
  attempt?: InputMaybe<Scalars['Int']['input']>;
  /** The delivery's id. */
  deliveryId: Scalars['ID']['input'];
  /** A photo that proves it, which the caller uploaded for this delivery (`requestUpload` with PROOF); optional. */
  photoId?: InputMaybe<Scalars['ID']['input']>;
  /** The rider's proof; optional. */
  proof?: InputMaybe<DeliveryProofInput>;
};

/**
 * The delivery of an order. Readable by every rider while it waits for one, then by its rider; by the order's customer and
 * the store's owner.
 */
export type Delivery = Node & {
  __typename?: 'Delivery';
  /** The number of the present attempt: 1, or 2 after `requestRedelivery`. Riders' commands name it. */
  attempt: Scalars['Int']['output'];
  /** What came of each attempt on which a rider departed, the first one first; at most 2. */
  attempts: Array<DeliveryAttempt>;
  /** When the flowers were handed over; null before. */
  completedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When the rider of the present attempt departed; null before. */
  departedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The delivery's id. */
  id: Scalars['ID']['output'];
  /** The order that is delivered; null for riders. */
  order?: Maybe<Order>;
  /** When the flowers are promised to arrive; null for orders from before there were windows. */
  promise?: Maybe<DeliveryPromise>;
  /** The rider who carries it; null before departure, and for riders who do not. */
  rider?: Maybe<User>;
  /** The rider who may read where it goes: the present one, from departure until a day after the end. */
  riderId?: Maybe<Scalars['String']['output']>;
  /** The delivery's status. */
  status: DeliveryStatus;
  /**
   * For `Query.track`: the recipient's link. It shows something from departure until a day after the end. For the customer only; null if it
   * is forbidden, or over. Whoever has it can follow the delivery: it belongs into no log, and no address that a server sees.
   */
  trackToken?: Maybe<Scalars['String']['output']>;
  /** Whether it waits for a rider. Null for a rider who may no longer read it, but receives a live update of it. */
  waits?: Maybe<Scalars['Boolean']['output']>;
};

/** An attempt to hand the flowers over. */
export type DeliveryAttempt = {
  __typename?: 'DeliveryAttempt';
  /** When it was by the rider's phone, which may have been offline; null if it did not say. */
  at?: Maybe<Scalars['DateTime']['output']>;
  /** 1 or 2. */
  attempt: Scalars['Int']['output'];
  /** When the rider departed. */
  departedAt: Scalars['DateTime']['output'];
  /** When the rider's answer arrived here; null while the rider is on the way. */
  endedAt?: Maybe<Scalars['DateTime']['output']>;
  /**
   * The rider's note, for example with whom the flowers were left; for the customer, the store's owner and that rider, null for others.
   * It may name a person, so it is null in live updates: query it.
   */
  note?: Maybe<Scalars['String']['output']>;
  /**
   * The photo that proves it; for the customer, the store's owner and that rider, null for others, if the rider uploaded none, and after 90
   * days. It may show a person, so it is null in live updates: query it.
   */
  photo?: Maybe<Photo>;
  /** Why the flowers could not be handed over; null if they were, or while the rider is on the way. */
  reason?: Maybe<AttemptReason>;
  /** The rider; for the customer, the store's owner and that rider, null for others. */
  rider?: Maybe<User>;
};

/** A page of deliveries. */
export type DeliveryConnection = {
  __typename?: 'DeliveryConnection';
  /** The deliveries with their cursors. */
  edges: Array<DeliveryEdge>;
  /** The deliveries. */
  nodes: Array<Delivery>;
  /** The position of the page in the list. */
  pageInfo: PageInfo;
};

/** A delivery and its cursor. */
export type DeliveryEdge = {
  __typename?: 'DeliveryEdge';
  /** The delivery's position; for `after`. */
  cursor: Scalars['Cursor']['output'];
  /** The delivery. */
  node: Delivery;
};

/** The command has succeeded, now or in an earlier request. */
export type DeliveryPayload = {
  __typename?: 'DeliveryPayload';
  /** The delivery in its present state. */
  delivery: Delivery;
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

/** The proof that the flowers were handed over: `DeliveryAttempt.note`. */
export type DeliveryProofInput = {
  /** For example, with whom or where they were left; at most 500 characters. */
  note?: InputMaybe<Scalars['String']['input']>;
};

/** The result of a command about a delivery. NotFound: there is no such delivery, or it is another rider's or customer's. */
export type DeliveryResult = DeliveryPayload | InvalidInput | NotFound | WrongState;

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

/** An update of a delivery. */
export type DeliveryUpdate = {
  __typename?: 'DeliveryUpdate';
  /** The position of this update; pass the last one received as `after` when you subscribe again. */
  cursor: Scalars['LiveCursor']['output'];
  /** The whole delivery; null only with GAP. Only its rider sees who carries it. */
  delivery?: Maybe<Delivery>;
  /** The reason for the update. */
  kind: UpdateKind;
};

/** The delivery to depart with. */
export type DepartForDeliveryInput = {
  /** The attempt, as the rider saw it in `Delivery.attempt`. Without it, 1; WrongState if it is at 2, and the caller has not departed on that. */
  attempt?: InputMaybe<Scalars['Int']['input']>;
  /** The delivery's id. */
  deliveryId: Scalars['ID']['input'];
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
  /**
   * The flowers are handed over: DEPARTED becomes COMPLETED, also ATTEMPTED, and REQUESTED for a second time, if the recipient opened as
   * the rider left. Only for the rider of that attempt; others get NotFound.
   */
  completeDelivery?: Maybe<DeliveryResult>;
  /**
   * A rider takes the flowers and departs: REQUESTED becomes DEPARTED. Earlier than three hours before the promised window this is
   * WrongState, which says from when. Of two concurrent riders one wins, and the other gets WrongState, or NotFound once it is no longer
   * DEPARTED. The caller must have the role RIDER.
   */
  departForDelivery?: Maybe<DeliveryResult>;
  /** The flowers could not be handed over: DEPARTED becomes ATTEMPTED. Only for the rider of that attempt; others get NotFound. */
  reportFailedAttempt?: Maybe<DeliveryResult>;
  /**
   * The customer asks for a second attempt: ATTEMPTED becomes REQUESTED. Once for a delivery, after NOBODY_HOME, WRONG_ADDRESS or
   * NO_ACCESS, and without a fee. For customers; NotFound if it is not the caller's.
   */
  requestRedelivery?: Maybe<DeliveryResult>;
  /**
   * The rider brings the flowers back to the store: ATTEMPTED becomes RETURNED, which is an end. Only for the rider of that attempt; others
   * get NotFound. A day after the attempt it is RETURNED by itself.
   */
  returnFlowers?: Maybe<DeliveryResult>;
  /**
   * Forbids the recipient's link, or allows it again: then it is another one (`Delivery.trackToken`). For customers; NotFound if it is not
   * the caller's delivery.
   */
  setTracking?: Maybe<DeliveryResult>;
};


export type MutationCompleteDeliveryArgs = {
  input: CompleteDeliveryInput;
};


export type MutationDepartForDeliveryArgs = {
  input: DepartForDeliveryInput;
};


export type MutationReportFailedAttemptArgs = {
  input: ReportFailedAttemptInput;
};


export type MutationRequestRedeliveryArgs = {
  input: RequestRedeliveryInput;
};


export type MutationReturnFlowersArgs = {
  input: ReturnFlowersInput;
};


export type MutationSetTrackingArgs = {
  input: SetTrackingInput;
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
  /** The order's delivery; null until the order is decorated, and for those who may not read it. */
  delivery?: Maybe<Delivery>;
  id: Scalars['ID']['output'];
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
  /**
   * For riders: the deliveries that wait for a rider, and the caller's own, by the windows that were promised, earliest first; those
   * without one come last.
   * A page holds at most 100.
   */
  deliveries?: Maybe<DeliveryConnection>;
  /**
   * What the recipient of flowers sees by their link, without an account. Null for a token that is unknown, forbidden, or over. Send it as a
   * variable and by POST: the token belongs into no address and no log.
   */
  track?: Maybe<Tracking>;
};


export type QueryDeliveriesArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  status?: InputMaybe<Array<DeliveryStatus>>;
};


export type QueryTrackArgs = {
  token: Scalars['String']['input'];
};

/** The attempt that failed, and why. */
export type ReportFailedAttemptInput = {
  /** When it was by the rider's phone; optional. It is shown beside the server's time, and decides nothing. */
  at?: InputMaybe<Scalars['DateTime']['input']>;
  /** The attempt on which the caller departed. */
  attempt: Scalars['Int']['input'];
  /** The delivery's id. */
  deliveryId: Scalars['ID']['input'];
  /** For the customer and the store, at most 500 characters; optional. */
  note?: InputMaybe<Scalars['String']['input']>;
  /** A photo that proves it, which the caller uploaded for this delivery (`requestUpload` with PROOF); optional. */
  photoId?: InputMaybe<Scalars['ID']['input']>;
  /** Why the flowers could not be handed over. */
  reason: AttemptReason;
};

/** The delivery that is wanted a second time, and when. */
export type RequestRedeliveryInput = {
  /** The delivery's id. */
  deliveryId: Scalars['ID']['input'];
  /** The `windowId` of one of the store's `deliveryDays` that begins within 72 hours. No place in it is booked. */
  windowId: Scalars['ID']['input'];
};

/** The attempt after which the flowers were brought back. */
export type ReturnFlowersInput = {
  /** The attempt on which the caller departed. */
  attempt: Scalars['Int']['input'];
  /** The delivery's id. */
  deliveryId: Scalars['ID']['input'];
};

/** Whether the recipient has a link. */
export type SetTrackingInput = {
  /** The delivery's id. */
  deliveryId: Scalars['ID']['input'];
  /** False forbids the link, for good; true allows one again, which is another one. */
  on: Scalars['Boolean']['input'];
};

export type Subscription = {
  __typename?: 'Subscription';
  /**
   * Live updates for riders: the deliveries that wait for a rider, and the caller's own. First a GAP and a SNAPSHOT of each
   * that is REQUESTED, or that the caller has with them (DEPARTED, ATTEMPTED); then a CHANGE for each step, also when one is no longer available (its
   * status then is not REQUESTED). With `after`: neither, but the missed CHANGEs, then the new ones.
   */
  deliveryUpdated?: Maybe<DeliveryUpdate>;
};


export type SubscriptionDeliveryUpdatedArgs = {
  after?: InputMaybe<Scalars['LiveCursor']['input']>;
};

/**
 * What the recipient of flowers may see without an account: whether they are on the way, and who sends them. Nothing of price, items, card
 * or address.
 */
export type Tracking = {
  __typename?: 'Tracking';
  orderId: Scalars['String']['output'];
  /** When they are promised to arrive; null for orders from before there were windows. */
  promise?: Maybe<DeliveryPromise>;
  /** How far the flowers are. */
  status?: Maybe<TrackingStatus>;
  storeId: Scalars['String']['output'];
};

/** How far the flowers are, for their recipient. */
export type TrackingStatus =
  /** They are handed over. */
  | 'ARRIVED'
  /** A rider is on the way. */
  | 'ON_ITS_WAY'
  /** They could not be handed over. */
  | 'TRIED';

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
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Delivery:
    ( { __typename: 'Delivery' }
    & GraphQLRecursivePick<FederationTypes['Delivery'], {"id":true}> );
  Order:
    ( { __typename: 'Order' }
    & GraphQLRecursivePick<FederationTypes['Order'], {"id":true}> );
};

/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
  DeliveryResult:
    | ( DeliveryPayloadOf )
    | ( InvalidInputOf )
    | ( NotFoundOf )
    | ( WrongStateOf )
  ;
};

/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Failure:
    | ( IdempotencyConflictOf )
    | ( InvalidInputOf )
    | ( NotFoundOf )
    | ( WrongStateOf )
  ;
  Node: ( KnownDelivery );
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AttemptReason: AttemptReason;
  CompleteDeliveryInput: CompleteDeliveryInput;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Cursor: ResolverTypeWrapper<Scalars['Cursor']['output']>;
  Date: ResolverTypeWrapper<Scalars['Date']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Delivery: ResolverTypeWrapper<KnownDelivery>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  DeliveryAttempt: ResolverTypeWrapper<AttemptView>;
  DeliveryConnection: ResolverTypeWrapper<Omit<DeliveryConnection, 'edges' | 'nodes'> & { edges: Array<ResolversTypes['DeliveryEdge']>, nodes: Array<ResolversTypes['Delivery']> }>;
  DeliveryEdge: ResolverTypeWrapper<Omit<DeliveryEdge, 'node'> & { node: ResolversTypes['Delivery'] }>;
  DeliveryPayload: ResolverTypeWrapper<DeliveryPayloadOf>;
  DeliveryPromise: ResolverTypeWrapper<DeliveryPromise>;
  DeliveryProofInput: DeliveryProofInput;
  DeliveryResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['DeliveryResult']>;
  DeliveryStatus: DeliveryStatus;
  DeliveryUpdate: ResolverTypeWrapper<Omit<DeliveryUpdate, 'delivery'> & { delivery?: Maybe<ResolversTypes['Delivery']> }>;
  DepartForDeliveryInput: DepartForDeliveryInput;
  Failure: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Failure']>;
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
  Order: ResolverTypeWrapper<Omit<Order, 'delivery'> & { delivery?: Maybe<ResolversTypes['Delivery']> }>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Photo: ResolverTypeWrapper<Photo>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ReportFailedAttemptInput: ReportFailedAttemptInput;
  RequestRedeliveryInput: RequestRedeliveryInput;
  ReturnFlowersInput: ReturnFlowersInput;
  SetTrackingInput: SetTrackingInput;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Tracking: ResolverTypeWrapper<Tracked>;
  TrackingStatus: TrackingStatus;
  UpdateKind: UpdateKind;
  User: ResolverTypeWrapper<User>;
  WrongState: ResolverTypeWrapper<WrongStateOf>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  CompleteDeliveryInput: CompleteDeliveryInput;
  Int: Scalars['Int']['output'];
  ID: Scalars['ID']['output'];
  Cursor: Scalars['Cursor']['output'];
  Date: Scalars['Date']['output'];
  DateTime: Scalars['DateTime']['output'];
  Delivery: KnownDelivery;
  Boolean: Scalars['Boolean']['output'];
  DeliveryAttempt: AttemptView;
  DeliveryConnection: Omit<DeliveryConnection, 'edges' | 'nodes'> & { edges: Array<ResolversParentTypes['DeliveryEdge']>, nodes: Array<ResolversParentTypes['Delivery']> };
  DeliveryEdge: Omit<DeliveryEdge, 'node'> & { node: ResolversParentTypes['Delivery'] };
  DeliveryPayload: DeliveryPayloadOf;
  DeliveryPromise: DeliveryPromise;
  DeliveryProofInput: DeliveryProofInput;
  DeliveryResult: ResolversUnionTypes<ResolversParentTypes>['DeliveryResult'];
  DeliveryUpdate: Omit<DeliveryUpdate, 'delivery'> & { delivery?: Maybe<ResolversParentTypes['Delivery']> };
  DepartForDeliveryInput: DepartForDeliveryInput;
  Failure: ResolversInterfaceTypes<ResolversParentTypes>['Failure'];
  IdempotencyConflict: IdempotencyConflictOf;
  InputProblem: InputProblem;
  InvalidInput: InvalidInputOf;
  LiveCursor: Scalars['LiveCursor']['output'];
  LocalTime: Scalars['LocalTime']['output'];
  Money: Money;
  Mutation: Record<PropertyKey, never>;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  NotFound: NotFoundOf;
  Order: Omit<Order, 'delivery'> & { delivery?: Maybe<ResolversParentTypes['Delivery']> } | FederationReferenceTypes['Order'];
  PageInfo: PageInfo;
  Photo: Photo;
  Query: Record<PropertyKey, never>;
  ReportFailedAttemptInput: ReportFailedAttemptInput;
  RequestRedeliveryInput: RequestRedeliveryInput;
  ReturnFlowersInput: ReturnFlowersInput;
  SetTrackingInput: SetTrackingInput;
  Subscription: Record<PropertyKey, never>;
  Tracking: Tracked;
  User: User;
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

export type DeliveryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Delivery'] = ResolversParentTypes['Delivery'], FederationReferenceType extends FederationReferenceTypes['Delivery'] = FederationReferenceTypes['Delivery']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Delivery']> | FederationReferenceType, FederationReferenceType, ContextType>;
  attempt?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  attempts?: Resolver<Array<ResolversTypes['DeliveryAttempt']>, ParentType, ContextType>;
  completedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  departedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  promise?: Resolver<Maybe<ResolversTypes['DeliveryPromise']>, ParentType, ContextType>;
  rider?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  riderId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['DeliveryStatus'], ParentType, ContextType>;
  trackToken?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  waits?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type DeliveryAttemptResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeliveryAttempt'] = ResolversParentTypes['DeliveryAttempt']> = {
  at?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  attempt?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  departedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  endedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  note?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  photo?: Resolver<Maybe<ResolversTypes['Photo']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['AttemptReason']>, ParentType, ContextType>;
  rider?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
};

export type DeliveryConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeliveryConnection'] = ResolversParentTypes['DeliveryConnection']> = {
  edges?: Resolver<Array<ResolversTypes['DeliveryEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Delivery']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type DeliveryEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeliveryEdge'] = ResolversParentTypes['DeliveryEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Delivery'], ParentType, ContextType>;
};

export type DeliveryPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeliveryPayload'] = ResolversParentTypes['DeliveryPayload']> = {
  delivery?: Resolver<ResolversTypes['Delivery'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type DeliveryPromiseResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeliveryPromise'] = ResolversParentTypes['DeliveryPromise']> = {
  endsAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  startsAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  timeZone?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type DeliveryResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeliveryResult'] = ResolversParentTypes['DeliveryResult']> = {
  __resolveType: TypeResolveFn<'DeliveryPayload' | 'InvalidInput' | 'NotFound' | 'WrongState', ParentType, ContextType>;
};

export type DeliveryUpdateResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeliveryUpdate'] = ResolversParentTypes['DeliveryUpdate']> = {
  cursor?: Resolver<ResolversTypes['LiveCursor'], ParentType, ContextType>;
  delivery?: Resolver<Maybe<ResolversTypes['Delivery']>, ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['UpdateKind'], ParentType, ContextType>;
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

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  completeDelivery?: Resolver<Maybe<ResolversTypes['DeliveryResult']>, ParentType, ContextType, RequireFields<MutationCompleteDeliveryArgs, 'input'>>;
  departForDelivery?: Resolver<Maybe<ResolversTypes['DeliveryResult']>, ParentType, ContextType, RequireFields<MutationDepartForDeliveryArgs, 'input'>>;
  reportFailedAttempt?: Resolver<Maybe<ResolversTypes['DeliveryResult']>, ParentType, ContextType, RequireFields<MutationReportFailedAttemptArgs, 'input'>>;
  requestRedelivery?: Resolver<Maybe<ResolversTypes['DeliveryResult']>, ParentType, ContextType, RequireFields<MutationRequestRedeliveryArgs, 'input'>>;
  returnFlowers?: Resolver<Maybe<ResolversTypes['DeliveryResult']>, ParentType, ContextType, RequireFields<MutationReturnFlowersArgs, 'input'>>;
  setTracking?: Resolver<Maybe<ResolversTypes['DeliveryResult']>, ParentType, ContextType, RequireFields<MutationSetTrackingArgs, 'input'>>;
};

export type NodeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'Delivery', ParentType, ContextType>;
};

export type NotFoundResolvers<ContextType = Context, ParentType extends ResolversParentTypes['NotFound'] = ResolversParentTypes['NotFound']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type OrderResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Order'] = ResolversParentTypes['Order'], FederationReferenceType extends FederationReferenceTypes['Order'] = FederationReferenceTypes['Order']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Order']> | FederationReferenceType, FederationReferenceType, ContextType>;
  delivery?: Resolver<Maybe<ResolversTypes['Delivery']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
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
  deliveries?: Resolver<Maybe<ResolversTypes['DeliveryConnection']>, ParentType, ContextType, RequireFields<QueryDeliveriesArgs, 'first'>>;
  track?: Resolver<Maybe<ResolversTypes['Tracking']>, ParentType, ContextType, RequireFields<QueryTrackArgs, 'token'>>;
};

export type SubscriptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  deliveryUpdated?: SubscriptionResolver<Maybe<ResolversTypes['DeliveryUpdate']>, "deliveryUpdated", ParentType, ContextType, Partial<SubscriptionDeliveryUpdatedArgs>>;
};

export type TrackingResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Tracking'] = ResolversParentTypes['Tracking']> = {
  orderId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  promise?: Resolver<Maybe<ResolversTypes['DeliveryPromise']>, ParentType, ContextType>;
  status?: Resolver<Maybe<ResolversTypes['TrackingStatus']>, ParentType, ContextType>;
  storeId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type UserResolvers<ContextType = Context, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User']> = {
  disclosed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
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
  Delivery?: DeliveryResolvers<ContextType>;
  DeliveryAttempt?: DeliveryAttemptResolvers<ContextType>;
  DeliveryConnection?: DeliveryConnectionResolvers<ContextType>;
  DeliveryEdge?: DeliveryEdgeResolvers<ContextType>;
  DeliveryPayload?: DeliveryPayloadResolvers<ContextType>;
  DeliveryPromise?: DeliveryPromiseResolvers<ContextType>;
  DeliveryResult?: DeliveryResultResolvers<ContextType>;
  DeliveryUpdate?: DeliveryUpdateResolvers<ContextType>;
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
  Subscription?: SubscriptionResolvers<ContextType>;
  Tracking?: TrackingResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  WrongState?: WrongStateResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  id?: IdDirectiveResolver<any, any, ContextType>;
  live?: LiveDirectiveResolver<any, any, ContextType>;
  secret?: SecretDirectiveResolver<any, any, ContextType>;
};
