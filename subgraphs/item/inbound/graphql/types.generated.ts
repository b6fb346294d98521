import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { InvalidInput as InvalidInputOf, NotFound as NotFoundOf, WrongState as WrongStateOf, IdempotencyConflict as IdempotencyConflictOf } from '../../../../chassis/failures.ts';
import type { Item as ItemOf } from '../../domain/item.ts';
import type { ItemPayload as ItemPayloadOf } from '../../application/change-item.ts';
import type { TooManyItems as TooManyItemsOf } from '../../application/register-item.ts';
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

/** A new price. */
export type ChangeItemPriceInput = {
  /** The item whose price changes. */
  itemId: Scalars['ID']['input'];
  /** The new price of one unit, at least 1. */
  price: MoneyInput;
};

/** Units added to the stock, or removed other than by an order. */
export type ChangeStockInput = {
  /** The number of units to add, or, if negative, to remove, at most `available`. Not 0; the stock stays at most 1,000,000. */
  delta: Scalars['Int']['input'];
  /** Chosen by the client, at most 255 characters: repeating a request with the same key and input changes the stock once. */
  idempotencyKey: Scalars['ID']['input'];
  /** The item whose stock changes. */
  itemId: Scalars['ID']['input'];
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

/** An item that a store sells. */
export type Item = Node & {
  __typename?: 'Item';
  /**
   * The number of units that can be ordered at this moment. Several customers may be ordering the last ones. Null if it is made to
   * order: then any number can be ordered.
   */
  available?: Maybe<Scalars['Int']['output']>;
  /** The item's id. */
  id: Scalars['ID']['output'];
  /** The item's name. */
  name: Scalars['String']['output'];
  /** Its photo; null if it has none. */
  photo?: Maybe<Photo>;
  /** The present price of one unit. An order keeps the price at which it was placed. */
  price: Money;
  /** The store that sells it. */
  store?: Maybe<Store>;
  /** Whether it was removed from the menu, which is permanent. It can no longer be ordered, and stays readable by its id. */
  withdrawn: Scalars['Boolean']['output'];
};

/** A page of items. */
export type ItemConnection = {
  __typename?: 'ItemConnection';
  /** The items with their cursors. */
  edges: Array<ItemEdge>;
  /** The items. */
  nodes: Array<Item>;
  /** The position of the page in the list. */
  pageInfo: PageInfo;
};

/** An item and its cursor. */
export type ItemEdge = {
  __typename?: 'ItemEdge';
  /** The item's position; for `after`. */
  cursor: Scalars['Cursor']['output'];
  /** The item. */
  node: Item;
};

/** The command has succeeded, now or in an earlier request. */
export type ItemPayload = {
  __typename?: 'ItemPayload';
  /** The item in its present state. */
  item: Item;
};

/** The result of changing the menu; TooManyItems only for registerItem. NotFound: the store or item does not exist, or is not the caller's. */
export type ItemResult = IdempotencyConflict | InvalidInput | ItemPayload | NotFound | TooManyItems;

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

export type Mutation = {
  __typename?: 'Mutation';
  /** Sets the price for future orders. For the store's owner. */
  changeItemPrice?: Maybe<ItemResult>;
  /** Adds units to the stock, or removes units that are not reserved. For the store's owner. */
  changeStock?: Maybe<ItemResult>;
  /** Registers a new item on the menu of the caller's own store. */
  registerItem?: Maybe<ItemResult>;
  /** Sets the photo of an item on the menu, or removes it. For the store's owner. */
  setItemPhoto?: Maybe<ItemResult>;
  /** Removes the item from the menu permanently; existing orders of it proceed. For the store's owner. */
  withdrawItem?: Maybe<ItemResult>;
};


export type MutationChangeItemPriceArgs = {
  input: ChangeItemPriceInput;
};


export type MutationChangeStockArgs = {
  input: ChangeStockInput;
};


export type MutationRegisterItemArgs = {
  input: RegisterItemInput;
};


export type MutationSetItemPhotoArgs = {
  input: SetItemPhotoInput;
};


export type MutationWithdrawItemArgs = {
  input: WithdrawItemInput;
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

export type Photo = {
  __typename?: 'Photo';
  photo: Scalars['String']['output'];
};

export type Query = {
  __typename?: 'Query';
  /** One item, withdrawn or not; null if it does not exist. Public, without a token. */
  item?: Maybe<Item>;
  /** The menu: the items that can be ordered, oldest first. Public, without a token. A page holds at most 100. */
  items?: Maybe<ItemConnection>;
};


export type QueryItemArgs = {
  id: Scalars['ID']['input'];
};


export type QueryItemsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  search?: InputMaybe<Scalars['String']['input']>;
  storeId?: InputMaybe<Scalars['ID']['input']>;
};

/** A new item. */
export type RegisterItemInput = {
  /** Chosen by the client, at most 255 characters: repeating a request with the same key and input registers the item once. */
  idempotencyKey: Scalars['ID']['input'];
  /** The item's name: one line of at most 100 characters; invisible ones are removed. */
  name: Scalars['String']['input'];
  /** Its photo, which the caller uploaded for this store (`requestUpload` with ITEM). A photo belongs to one item only. */
  photoId?: InputMaybe<Scalars['ID']['input']>;
  /** The price of one unit, at least 1. */
  price: MoneyInput;
  /** The number of units that can be ordered: 0 to 1,000,000. Without it, the item is made to order, and has no stock. */
  stock?: InputMaybe<Scalars['Int']['input']>;
  /** The store that sells it, which must be the caller's own. */
  storeId: Scalars['ID']['input'];
};

/** A photo for an item. */
export type SetItemPhotoInput = {
  /** The item that it shows. */
  itemId: Scalars['ID']['input'];
  /** The photo, which the caller uploaded for the item's store (`requestUpload` with ITEM) and that is no other item's; without it, the item has none. */
  photoId?: InputMaybe<Scalars['ID']['input']>;
};

export type Store = {
  __typename?: 'Store';
  id: Scalars['ID']['output'];
  /** The items on the store's menu, oldest first. Public. A page holds at most 100. */
  items?: Maybe<ItemConnection>;
};


export type StoreItemsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** The store's menu has the maximum number of items. Nothing was registered, and the idempotencyKey is still unused: withdraw one first. */
export type TooManyItems = Failure & {
  __typename?: 'TooManyItems';
  /** What went wrong, for a person to read. */
  message: Scalars['String']['output'];
};

/** An item to remove from the menu. */
export type WithdrawItemInput = {
  /** The item to remove from the menu. */
  itemId: Scalars['ID']['input'];
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
  Item: Item;
  Store: Store;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Item:
    ( { __typename: 'Item' }
    & GraphQLRecursivePick<FederationTypes['Item'], {"id":true}> );
  Store:
    ( { __typename: 'Store' }
    & GraphQLRecursivePick<FederationTypes['Store'], {"id":true}> );
};

/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
  ItemResult:
    | ( IdempotencyConflictOf )
    | ( InvalidInputOf )
    | ( ItemPayloadOf )
    | ( NotFoundOf )
    | ( TooManyItemsOf )
  ;
};

/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Failure:
    | ( IdempotencyConflictOf )
    | ( InvalidInputOf )
    | ( NotFoundOf )
    | ( TooManyItemsOf )
    | ( WrongStateOf )
  ;
  Node: ( ItemOf );
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  ChangeItemPriceInput: ChangeItemPriceInput;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  ChangeStockInput: ChangeStockInput;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Cursor: ResolverTypeWrapper<Scalars['Cursor']['output']>;
  Date: ResolverTypeWrapper<Scalars['Date']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DeliveryPromise: ResolverTypeWrapper<DeliveryPromise>;
  Failure: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Failure']>;
  IdempotencyConflict: ResolverTypeWrapper<IdempotencyConflictOf>;
  InputProblem: ResolverTypeWrapper<InputProblem>;
  InputProblemCode: InputProblemCode;
  InvalidInput: ResolverTypeWrapper<InvalidInputOf>;
  Item: ResolverTypeWrapper<ItemOf>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  ItemConnection: ResolverTypeWrapper<Omit<ItemConnection, 'edges' | 'nodes'> & { edges: Array<ResolversTypes['ItemEdge']>, nodes: Array<ResolversTypes['Item']> }>;
  ItemEdge: ResolverTypeWrapper<Omit<ItemEdge, 'node'> & { node: ResolversTypes['Item'] }>;
  ItemPayload: ResolverTypeWrapper<ItemPayloadOf>;
  ItemResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['ItemResult']>;
  LocalTime: ResolverTypeWrapper<Scalars['LocalTime']['output']>;
  Money: ResolverTypeWrapper<Money>;
  MoneyInput: MoneyInput;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  NotFound: ResolverTypeWrapper<NotFoundOf>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Photo: ResolverTypeWrapper<Photo>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RegisterItemInput: RegisterItemInput;
  SetItemPhotoInput: SetItemPhotoInput;
  Store: ResolverTypeWrapper<Omit<Store, 'items'> & { items?: Maybe<ResolversTypes['ItemConnection']> }>;
  TooManyItems: ResolverTypeWrapper<TooManyItemsOf>;
  WithdrawItemInput: WithdrawItemInput;
  WrongState: ResolverTypeWrapper<WrongStateOf>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  ChangeItemPriceInput: ChangeItemPriceInput;
  ID: Scalars['ID']['output'];
  ChangeStockInput: ChangeStockInput;
  Int: Scalars['Int']['output'];
  Cursor: Scalars['Cursor']['output'];
  Date: Scalars['Date']['output'];
  DateTime: Scalars['DateTime']['output'];
  DeliveryPromise: DeliveryPromise;
  Failure: ResolversInterfaceTypes<ResolversParentTypes>['Failure'];
  IdempotencyConflict: IdempotencyConflictOf;
  InputProblem: InputProblem;
  InvalidInput: InvalidInputOf;
  Item: ItemOf;
  Boolean: Scalars['Boolean']['output'];
  ItemConnection: Omit<ItemConnection, 'edges' | 'nodes'> & { edges: Array<ResolversParentTypes['ItemEdge']>, nodes: Array<ResolversParentTypes['Item']> };
  ItemEdge: Omit<ItemEdge, 'node'> & { node: ResolversParentTypes['Item'] };
  ItemPayload: ItemPayloadOf;
  ItemResult: ResolversUnionTypes<ResolversParentTypes>['ItemResult'];
  LocalTime: Scalars['LocalTime']['output'];
  Money: Money;
  MoneyInput: MoneyInput;
  Mutation: Record<PropertyKey, never>;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  NotFound: NotFoundOf;
  PageInfo: PageInfo;
  Photo: Photo;
  Query: Record<PropertyKey, never>;
  RegisterItemInput: RegisterItemInput;
  SetItemPhotoInput: SetItemPhotoInput;
  Store: Omit<Store, 'items'> & { items?: Maybe<ResolversParentTypes['ItemConnection']> } | FederationReferenceTypes['Store'];
  TooManyItems: TooManyItemsOf;
  WithdrawItemInput: WithdrawItemInput;
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
  __resolveType: TypeResolveFn<'IdempotencyConflict' | 'InvalidInput' | 'NotFound' | 'TooManyItems' | 'WrongState', ParentType, ContextType>;
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

export type ItemResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Item'] = ResolversParentTypes['Item'], FederationReferenceType extends FederationReferenceTypes['Item'] = FederationReferenceTypes['Item']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Item']> | FederationReferenceType, FederationReferenceType, ContextType>;
  available?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  photo?: Resolver<Maybe<ResolversTypes['Photo']>, ParentType, ContextType>;
  price?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  store?: Resolver<Maybe<ResolversTypes['Store']>, ParentType, ContextType>;
  withdrawn?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ItemConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ItemConnection'] = ResolversParentTypes['ItemConnection']> = {
  edges?: Resolver<Array<ResolversTypes['ItemEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Item']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ItemEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ItemEdge'] = ResolversParentTypes['ItemEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Item'], ParentType, ContextType>;
};

export type ItemPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ItemPayload'] = ResolversParentTypes['ItemPayload']> = {
  item?: Resolver<ResolversTypes['Item'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ItemResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ItemResult'] = ResolversParentTypes['ItemResult']> = {
  __resolveType: TypeResolveFn<'IdempotencyConflict' | 'InvalidInput' | 'ItemPayload' | 'NotFound' | 'TooManyItems', ParentType, ContextType>;
};

export interface LocalTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['LocalTime'], any> {
  name: 'LocalTime';
}

export type MoneyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Money'] = ResolversParentTypes['Money']> = {
  amount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  currency?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  changeItemPrice?: Resolver<Maybe<ResolversTypes['ItemResult']>, ParentType, ContextType, RequireFields<MutationChangeItemPriceArgs, 'input'>>;
  changeStock?: Resolver<Maybe<ResolversTypes['ItemResult']>, ParentType, ContextType, RequireFields<MutationChangeStockArgs, 'input'>>;
  registerItem?: Resolver<Maybe<ResolversTypes['ItemResult']>, ParentType, ContextType, RequireFields<MutationRegisterItemArgs, 'input'>>;
  setItemPhoto?: Resolver<Maybe<ResolversTypes['ItemResult']>, ParentType, ContextType, RequireFields<MutationSetItemPhotoArgs, 'input'>>;
  withdrawItem?: Resolver<Maybe<ResolversTypes['ItemResult']>, ParentType, ContextType, RequireFields<MutationWithdrawItemArgs, 'input'>>;
};

export type NodeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'Item', ParentType, ContextType>;
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

export type PhotoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Photo'] = ResolversParentTypes['Photo']> = {
  photo?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  item?: Resolver<Maybe<ResolversTypes['Item']>, ParentType, ContextType, RequireFields<QueryItemArgs, 'id'>>;
  items?: Resolver<Maybe<ResolversTypes['ItemConnection']>, ParentType, ContextType, RequireFields<QueryItemsArgs, 'first'>>;
};

export type StoreResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Store'] = ResolversParentTypes['Store'], FederationReferenceType extends FederationReferenceTypes['Store'] = FederationReferenceTypes['Store']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Store']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  items?: Resolver<Maybe<ResolversTypes['ItemConnection']>, ParentType, ContextType, RequireFields<StoreItemsArgs, 'first'>>;
};

export type TooManyItemsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TooManyItems'] = ResolversParentTypes['TooManyItems']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
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
  Item?: ItemResolvers<ContextType>;
  ItemConnection?: ItemConnectionResolvers<ContextType>;
  ItemEdge?: ItemEdgeResolvers<ContextType>;
  ItemPayload?: ItemPayloadResolvers<ContextType>;
  ItemResult?: ItemResultResolvers<ContextType>;
  LocalTime?: GraphQLScalarType;
  Money?: MoneyResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  NotFound?: NotFoundResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Photo?: PhotoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Store?: StoreResolvers<ContextType>;
  TooManyItems?: TooManyItemsResolvers<ContextType>;
  WrongState?: WrongStateResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  id?: IdDirectiveResolver<any, any, ContextType>;
  secret?: SecretDirectiveResolver<any, any, ContextType>;
};
