import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { InvalidInput as InvalidInputOf, NotFound as NotFoundOf, WrongState as WrongStateOf, IdempotencyConflict as IdempotencyConflictOf } from '../../../../chassis/failures.ts';
import type { StoredPhoto } from '../../domain/photo.ts';
import type { UploadPayload as UploadPayloadOf, TooManyUploads as TooManyUploadsOf } from '../../application/request-upload.ts';
import type { Context } from './context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
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

export type Mutation = {
  __typename?: 'Mutation';
  /**
   * Asks to upload a photo. Send the file to the ticket's `url` by POST as the body, with the header `authorization: Bearer TOKEN`; the answer
   * is JSON with the `photoId` that a command takes (docs/app-developers.md, "Photos"). ITEM and READY need the role STORE_OWNER, PROOF
   * needs RIDER.
   */
  requestUpload?: Maybe<UploadResult>;
};


export type MutationRequestUploadArgs = {
  input: RequestUploadInput;
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

/** A photo. It was decoded and encoded anew, so it has nothing but what is seen: neither place nor camera. */
export type Photo = {
  __typename?: 'Photo';
  /** The height of LARGE, in pixels. */
  height: Scalars['Int']['output'];
  photo: Scalars['String']['output'];
  /**
   * Where it can be seen, by GET and without a token, in WebP. The URL shows it for some time only, and to whoever has it: at least a day for
   * an item's, which caches may keep, and at least 15 minutes for an order's. Ask again for a new one.
   */
  url: Scalars['String']['output'];
  /** The width of LARGE, in pixels. */
  width: Scalars['Int']['output'];
};


/** A photo. It was decoded and encoded anew, so it has nothing but what is seen: neither place nor camera. */
export type PhotoUrlArgs = {
  size?: PhotoSize;
};

/** What a photo is for. */
export type PhotoPurpose =
  /** An item on the menu: everybody sees it. `registerItem` takes it. */
  | 'ITEM'
  /**
   * The proof of what came of an attempt to deliver: the order's customer, the store's owner and that rider see it, for 90 days.
   * `completeDelivery` and `reportFailedAttempt` take it.
   */
  | 'PROOF'
  /** The flowers as they leave the store: the order's customer and the store's owner see it. `decorateOrder` takes it. */
  | 'READY';

/** The sizes in which a photo can be seen. The proportions are the photo's own. */
export type PhotoSize =
  /** At most 1,600 pixels wide and high. */
  | 'LARGE'
  /** At most 480 pixels wide and high; for lists. */
  | 'SMALL';

/** The photo to upload. It can be used for nothing else, and by nobody else. */
export type RequestUploadInput = {
  /** The delivery that it proves; for PROOF, and only for it. */
  deliveryId?: InputMaybe<Scalars['ID']['input']>;
  /** The order whose flowers it shows; for READY, and only for it. */
  orderId?: InputMaybe<Scalars['ID']['input']>;
  /** What it is for. */
  purpose: PhotoPurpose;
  /** The store whose item it shows; for ITEM, and only for it. */
  storeId?: InputMaybe<Scalars['ID']['input']>;
};

/** The caller has uploaded as many photos as one may within 24 hours. */
export type TooManyUploads = Failure & {
  __typename?: 'TooManyUploads';
  /** What went wrong, for a person to read. */
  message: Scalars['String']['output'];
  /** The time until trying again may succeed, in seconds. */
  retryAfter: Scalars['Int']['output'];
};

/** The command has succeeded. */
export type UploadPayload = {
  __typename?: 'UploadPayload';
  /** The ticket. */
  upload: UploadTicket;
};

/** The result of asking to upload. */
export type UploadResult = InvalidInput | TooManyUploads | UploadPayload;

/** Allows one upload. */
export type UploadTicket = {
  __typename?: 'UploadTicket';
  /** The upload must begin before this. */
  expiresAt: Scalars['DateTime']['output'];
  /** The largest file that is taken, in bytes. */
  maxBytes: Scalars['Int']['output'];
  /** For the header `authorization: Bearer TOKEN`. Good for one photo; sending the same file again is answered as the first time. */
  token: Scalars['String']['output'];
  /** Where to POST the file: a JPEG, PNG or WebP. It is the body itself, not a form. */
  url: Scalars['String']['output'];
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
  Photo: Photo;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Photo:
    ( { __typename: 'Photo' }
    & GraphQLRecursivePick<FederationTypes['Photo'], {"photo":true}> );
};

/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
  UploadResult:
    | ( InvalidInputOf )
    | ( TooManyUploadsOf )
    | ( UploadPayloadOf )
  ;
};

/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Failure:
    | ( IdempotencyConflictOf )
    | ( InvalidInputOf )
    | ( NotFoundOf )
    | ( TooManyUploadsOf )
    | ( WrongStateOf )
  ;
  Node: never;
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
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  NotFound: ResolverTypeWrapper<NotFoundOf>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Photo: ResolverTypeWrapper<StoredPhoto>;
  PhotoPurpose: PhotoPurpose;
  PhotoSize: PhotoSize;
  RequestUploadInput: RequestUploadInput;
  TooManyUploads: ResolverTypeWrapper<TooManyUploadsOf>;
  UploadPayload: ResolverTypeWrapper<UploadPayloadOf>;
  UploadResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['UploadResult']>;
  UploadTicket: ResolverTypeWrapper<UploadTicket>;
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
  Mutation: Record<PropertyKey, never>;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  ID: Scalars['ID']['output'];
  NotFound: NotFoundOf;
  PageInfo: PageInfo;
  Boolean: Scalars['Boolean']['output'];
  Photo: StoredPhoto;
  RequestUploadInput: RequestUploadInput;
  TooManyUploads: TooManyUploadsOf;
  UploadPayload: UploadPayloadOf;
  UploadResult: ResolversUnionTypes<ResolversParentTypes>['UploadResult'];
  UploadTicket: UploadTicket;
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
  __resolveType: TypeResolveFn<'IdempotencyConflict' | 'InvalidInput' | 'NotFound' | 'TooManyUploads' | 'WrongState', ParentType, ContextType>;
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
  requestUpload?: Resolver<Maybe<ResolversTypes['UploadResult']>, ParentType, ContextType, RequireFields<MutationRequestUploadArgs, 'input'>>;
};

export type NodeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<null, ParentType, ContextType>;
};

export type NotFoundResolvers<ContextType = Context, ParentType extends ResolversParentTypes['NotFound'] = ResolversParentTypes['NotFound']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
};

export type PhotoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Photo'] = ResolversParentTypes['Photo'], FederationReferenceType extends FederationReferenceTypes['Photo'] = FederationReferenceTypes['Photo']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Photo']> | FederationReferenceType, FederationReferenceType, ContextType>;
  height?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  photo?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType, RequireFields<PhotoUrlArgs, 'size'>>;
  width?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type TooManyUploadsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TooManyUploads'] = ResolversParentTypes['TooManyUploads']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  retryAfter?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type UploadPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UploadPayload'] = ResolversParentTypes['UploadPayload']> = {
  upload?: Resolver<ResolversTypes['UploadTicket'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type UploadResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UploadResult'] = ResolversParentTypes['UploadResult']> = {
  __resolveType: TypeResolveFn<'InvalidInput' | 'TooManyUploads' | 'UploadPayload', ParentType, ContextType>;
};

export type UploadTicketResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UploadTicket'] = ResolversParentTypes['UploadTicket']> = {
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  maxBytes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  token?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
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
  PageInfo?: PageInfoResolvers<ContextType>;
  Photo?: PhotoResolvers<ContextType>;
  TooManyUploads?: TooManyUploadsResolvers<ContextType>;
  UploadPayload?: UploadPayloadResolvers<ContextType>;
  UploadResult?: UploadResultResolvers<ContextType>;
  UploadTicket?: UploadTicketResolvers<ContextType>;
  WrongState?: WrongStateResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  id?: IdDirectiveResolver<any, any, ContextType>;
  secret?: SecretDirectiveResolver<any, any, ContextType>;
};
