import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { InvalidInput as InvalidInputOf, NotFound as NotFoundOf, WrongState as WrongStateOf, IdempotencyConflict as IdempotencyConflictOf } from '../../../../chassis/failures.ts';
import type { PaymentView, RefundView, RefundPayloadView, RefundPendingView } from './views.ts';
import type { RefundTooMuch as RefundTooMuchOf } from '../../domain/part-refunds.ts';
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

/** An amount of money. */
export type MoneyInput = {
  /** In the currency's minor unit: won for KRW. At most 2,000,000,000. */
  amount: Scalars['Int']['input'];
  /** The ISO 4217 code; only KRW today. */
  currency?: Scalars['String']['input'];
};

export type Mutation = {
  __typename?: 'Mutation';
  /**
   * Returns a part of what was paid for an order to its customer, e.g. for a flower that was missing. Only for the store's owner;
   * others get NotFound. Not possible any more once the order is cancelled or rejected: then all of the rest is returned.
   */
  refundPart?: Maybe<RefundPartResult>;
};


export type MutationRefundPartArgs = {
  input: RefundPartInput;
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
  /** The order's payment; null for everyone but its customer and the store's owner, and before a charge was approved or declined. */
  payment?: Maybe<Payment>;
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

/**
 * 결제. The payment of one order. Readable by the order's customer, by the store's owner, and by machine clients with the scope
 * payments:read. It does not exist before a charge was approved or declined.
 */
export type Payment = Node & {
  __typename?: 'Payment';
  /** The amount that was charged, or was to be charged. */
  amount: Money;
  /** The payment's id. */
  id: Scalars['ID']['output'];
  /** The order that is paid; null for machine clients. */
  order?: Maybe<Order>;
  /** What was returned of the amount so far, in parts or as a whole; 0 if nothing. */
  refunded: Money;
  /** The refunds of parts, oldest first; at most 20. That of the whole, or the rest, is not among them. */
  refunds: Array<Refund>;
  /** The payment's status. */
  status: PaymentStatus;
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
  /**
   * For machine clients with the scope payments:read, such as bookkeeping: one payment, by one of these arguments. Null if there is
   * none.
   */
  payment?: Maybe<Payment>;
};


export type QueryPaymentArgs = {
  id?: InputMaybe<Scalars['ID']['input']>;
  reference?: InputMaybe<Scalars['String']['input']>;
};

/** 부분환불. A refund of a part of what was paid. */
export type Refund = {
  __typename?: 'Refund';
  /** The amount that is returned. */
  amount: Money;
  /** When the florist asked for it. */
  at: Scalars['DateTime']['output'];
  /** The refund's id. */
  id: Scalars['ID']['output'];
  /** The reason, in the florist's words; null for machine clients. */
  reason?: Maybe<Scalars['String']['output']>;
  /** Whether it was returned. */
  status: RefundStatus;
};

/** A refund of a part of what was paid for an order. */
export type RefundPartInput = {
  /** The amount to return, at least 1. */
  amount: MoneyInput;
  /** The order's id. */
  orderId: Scalars['ID']['input'];
  /** The reason, for the customer to read: 1 to 500 characters. */
  reason: Scalars['String']['input'];
  /**
   * Chosen by the florist: repeating a request with the same key and input returns the same refund of the order, whoever sends it.
   * At most 255 characters.
   */
  refundKey: Scalars['ID']['input'];
};

/** The result of refunding a part. NotFound: there is no such order, or it is another store's, or was never paid. */
export type RefundPartResult = IdempotencyConflict | InvalidInput | NotFound | RefundPayload | RefundPending | RefundTooMuch | WrongState;

/** The outcome of the refund is known, now or in an earlier request with the same key: its status is DONE or REFUSED. */
export type RefundPayload = {
  __typename?: 'RefundPayload';
  /** The payment in its present state. */
  payment: Payment;
  /** The refund. */
  refund: Refund;
};

/**
 * The payment provider has not answered yet. The refund is recorded, and the provider is asked until it is known. Repeat the request
 * with the same key, or read `Payment.refunds`, to see what has come of it.
 */
export type RefundPending = Failure & {
  __typename?: 'RefundPending';
  /** What is known, for a person to read. */
  message: Scalars['String']['output'];
  /** The refund. */
  refund: Refund;
};

/** Whether a refund of a part was made. */
export type RefundStatus =
  /** The money was returned. */
  | 'DONE'
  /** Not known yet: the payment provider is asked until it is. */
  | 'PENDING'
  /** The payment provider declined. Nothing was returned. */
  | 'REFUSED';

/** More than is left of what was paid. Refunds that are not known yet count, too. Nothing was returned, and the refundKey is still unused. */
export type RefundTooMuch = Failure & {
  __typename?: 'RefundTooMuch';
  /** What went wrong, for a person to read. */
  message: Scalars['String']['output'];
  /** The most that can be returned; 0 if nothing. */
  refundable: Money;
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
  Payment: Payment;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Order:
    ( { __typename: 'Order' }
    & GraphQLRecursivePick<FederationTypes['Order'], {"id":true}> );
  Payment:
    ( { __typename: 'Payment' }
    & GraphQLRecursivePick<FederationTypes['Payment'], {"id":true}> );
};

/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
  RefundPartResult:
    | ( IdempotencyConflictOf )
    | ( InvalidInputOf )
    | ( NotFoundOf )
    | ( RefundPayloadView )
    | ( RefundPendingView )
    | ( RefundTooMuchOf )
    | ( WrongStateOf )
  ;
};

/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Failure:
    | ( IdempotencyConflictOf )
    | ( InvalidInputOf )
    | ( NotFoundOf )
    | ( RefundPendingView )
    | ( RefundTooMuchOf )
    | ( WrongStateOf )
  ;
  Node: ( PaymentView );
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Cursor: ResolverTypeWrapper<Scalars['Cursor']['output']>;
  Date: ResolverTypeWrapper<Scalars['Date']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DeliveryPromise: ResolverTypeWrapper<DeliveryPromise>;
  Failure: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Failure']>;
  IdempotencyConflict: ResolverTypeWrapper<IdempotencyConflictOf>;
  InputProblem: ResolverTypeWrapper<InputProblem>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  InputProblemCode: InputProblemCode;
  InvalidInput: ResolverTypeWrapper<InvalidInputOf>;
  LocalTime: ResolverTypeWrapper<Scalars['LocalTime']['output']>;
  Money: ResolverTypeWrapper<Money>;
  MoneyInput: MoneyInput;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  NotFound: ResolverTypeWrapper<NotFoundOf>;
  Order: ResolverTypeWrapper<Omit<Order, 'payment'> & { payment?: Maybe<ResolversTypes['Payment']> }>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Payment: ResolverTypeWrapper<PaymentView>;
  PaymentStatus: PaymentStatus;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Refund: ResolverTypeWrapper<RefundView>;
  RefundPartInput: RefundPartInput;
  RefundPartResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['RefundPartResult']>;
  RefundPayload: ResolverTypeWrapper<RefundPayloadView>;
  RefundPending: ResolverTypeWrapper<RefundPendingView>;
  RefundStatus: RefundStatus;
  RefundTooMuch: ResolverTypeWrapper<RefundTooMuchOf>;
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
  LocalTime: Scalars['LocalTime']['output'];
  Money: Money;
  MoneyInput: MoneyInput;
  Mutation: Record<PropertyKey, never>;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  ID: Scalars['ID']['output'];
  NotFound: NotFoundOf;
  Order: Omit<Order, 'payment'> & { payment?: Maybe<ResolversParentTypes['Payment']> } | FederationReferenceTypes['Order'];
  PageInfo: PageInfo;
  Boolean: Scalars['Boolean']['output'];
  Payment: PaymentView;
  Query: Record<PropertyKey, never>;
  Refund: RefundView;
  RefundPartInput: RefundPartInput;
  RefundPartResult: ResolversUnionTypes<ResolversParentTypes>['RefundPartResult'];
  RefundPayload: RefundPayloadView;
  RefundPending: RefundPendingView;
  RefundTooMuch: RefundTooMuchOf;
  WrongState: WrongStateOf;
  String: Scalars['String']['output'];
};

export type IdDirectiveArgs = {
  of?: Maybe<Scalars['String']['input']>;
};

export type IdDirectiveResolver<Result, Parent, ContextType = Context, Args = IdDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

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
  __resolveType: TypeResolveFn<'IdempotencyConflict' | 'InvalidInput' | 'NotFound' | 'RefundPending' | 'RefundTooMuch' | 'WrongState', ParentType, ContextType>;
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

export interface LocalTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['LocalTime'], any> {
  name: 'LocalTime';
}

export type MoneyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Money'] = ResolversParentTypes['Money']> = {
  amount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  currency?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  refundPart?: Resolver<Maybe<ResolversTypes['RefundPartResult']>, ParentType, ContextType, RequireFields<MutationRefundPartArgs, 'input'>>;
};

export type NodeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'Payment', ParentType, ContextType>;
};

export type NotFoundResolvers<ContextType = Context, ParentType extends ResolversParentTypes['NotFound'] = ResolversParentTypes['NotFound']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type OrderResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Order'] = ResolversParentTypes['Order'], FederationReferenceType extends FederationReferenceTypes['Order'] = FederationReferenceTypes['Order']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Order']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  payment?: Resolver<Maybe<ResolversTypes['Payment']>, ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
};

export type PaymentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Payment'] = ResolversParentTypes['Payment'], FederationReferenceType extends FederationReferenceTypes['Payment'] = FederationReferenceTypes['Payment']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Payment']> | FederationReferenceType, FederationReferenceType, ContextType>;
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  refunded?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  refunds?: Resolver<Array<ResolversTypes['Refund']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['PaymentStatus'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  payment?: Resolver<Maybe<ResolversTypes['Payment']>, ParentType, ContextType, Partial<QueryPaymentArgs>>;
};

export type RefundResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Refund'] = ResolversParentTypes['Refund']> = {
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['RefundStatus'], ParentType, ContextType>;
};

export type RefundPartResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RefundPartResult'] = ResolversParentTypes['RefundPartResult']> = {
  __resolveType: TypeResolveFn<'IdempotencyConflict' | 'InvalidInput' | 'NotFound' | 'RefundPayload' | 'RefundPending' | 'RefundTooMuch' | 'WrongState', ParentType, ContextType>;
};

export type RefundPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RefundPayload'] = ResolversParentTypes['RefundPayload']> = {
  payment?: Resolver<ResolversTypes['Payment'], ParentType, ContextType>;
  refund?: Resolver<ResolversTypes['Refund'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RefundPendingResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RefundPending'] = ResolversParentTypes['RefundPending']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  refund?: Resolver<ResolversTypes['Refund'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RefundTooMuchResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RefundTooMuch'] = ResolversParentTypes['RefundTooMuch']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  refundable?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
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
  LocalTime?: GraphQLScalarType;
  Money?: MoneyResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  NotFound?: NotFoundResolvers<ContextType>;
  Order?: OrderResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Payment?: PaymentResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Refund?: RefundResolvers<ContextType>;
  RefundPartResult?: RefundPartResultResolvers<ContextType>;
  RefundPayload?: RefundPayloadResolvers<ContextType>;
  RefundPending?: RefundPendingResolvers<ContextType>;
  RefundTooMuch?: RefundTooMuchResolvers<ContextType>;
  WrongState?: WrongStateResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  id?: IdDirectiveResolver<any, any, ContextType>;
  secret?: SecretDirectiveResolver<any, any, ContextType>;
};
