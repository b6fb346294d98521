/** Tables of odd values, separated by ¦ and line ends. */
const words = (table: string) => table.trim().split(/ ¦ |\s*\n\s*/)

/** JSON values that are unexpected everywhere. */
export const VALUES = words(String.raw`
  null ¦ true ¦ false ¦ 0 ¦ -0 ¦ -1 ¦ 1 ¦ 1.5 ¦ 1e308 ¦ -1e308 ¦ 5e-324 ¦ 2147483648 ¦ 9007199254740994 ¦ -9007199254740994
  "" ¦ " " ¦ "0" ¦ "-1" ¦ "null" ¦ "true" ¦ "[]" ¦ "{}" ¦ "\u0000" ¦ "\ud800" ¦ "\udfff\ud800" ¦ "\u202e" ¦ "\ufeff" ¦ "\u2028"
  "__proto__" ¦ "constructor" ¦ "toString" ¦ "then" ¦ "length" ¦ "%" ¦ "%00" ¦ "*" ¦ ">" ¦ "." ¦ "a.b" ¦ ".." ¦ "\r\n" ¦ "'; --" ¦ "\""
  "😀" ¦ "장미" ¦ "ﷺ" ¦ "e\u0301" ¦ "1e999" ¦ "NaN" ¦ "2026-02-30T00:00:00Z" ¦ "+275760-09-13T00:00:00Z" ¦ "Bearer x"
  "01900000-0000-7000-8000-0000000000A1" ¦ [] ¦ [null] ¦ [[]] ¦ {} ¦ {"length":-1} ¦ {"then":1} ¦ {"toString":1} ¦ {"toJSON":1}
  {"__typename":"Query"} ¦ {"id":{}} ¦ {"__proto__":{"x":1}} ¦ {"hasOwnProperty":null} ¦ {"constructor":{"prototype":1}}`)

export const DIRECTIVES = words(`
  @skip ¦ @include ¦ @skip(if: true) ¦ @include(if: false) ¦ @skip(if: $with) ¦ @include(if: $x) ¦ @skip(if: null)
  @skip(if: "true") ¦ @skip(unless: 1) ¦ @skip @skip ¦ @include(if: [true]) ¦ @include(if: {}) ¦ @live(subjects: [])
  @deprecated ¦ @unknown ¦ @defer ¦ @stream ¦ @oneOf ¦ @specifiedBy(url: "x") ¦ @authenticated ¦ @__proto__ ¦ @tag`)

export const LITERALS = words(String.raw`
  null ¦ true ¦ 0 ¦ -0 ¦ 1.5e308 ¦ 9007199254740993 ¦ 1e400 ¦ 99999999999999999999 ¦ "" ¦ """block""" ¦ "\u0000" ¦ "\uD83D\uDE00"
  "\u{10FFFF}" ¦ [] ¦ [[[[[[1]]]]]] ¦ {} ¦ { a: { b: [] } } ¦ { __proto__: 1 } ¦ ENUM ¦ PAID ¦ $x ¦ $with ¦ $id ¦ [$x]
  { id: $id } ¦ "x" ¦ "*" ¦ "." ¦ "%2E" ¦ "\ud800"`)

export const TYPES = words(`
  Query ¦ Mutation ¦ Subscription ¦ Order ¦ Item ¦ Store ¦ User ¦ Failure ¦ PlaceOrderResult ¦ Nothing ¦ String ¦ __Type
  __Schema ¦ PlaceOrderInput ¦ DateTime ¦ __proto__ ¦ Delivery ¦ MyPageEntry ¦ DeliveryUpdate`)

export const NAMES = words(`
  __typename ¦ __schema ¦ __type ¦ _entities ¦ _service ¦ id ¦ name ¦ constructor ¦ nodes ¦ a ¦ cursor`)

export const TOKENS = words(String.raw`
  { ¦ } ¦ ( ¦ ) ¦ [ ¦ ] ¦ ! ¦ $ ¦ & ¦ : ¦ = ¦ @ ¦ | ¦ ... ¦ on ¦ fragment ¦ query ¦ mutation ¦ subscription ¦ type ¦ extend
  schema ¦ null ¦ true ¦ # ¦ " ¦ """ ¦ , ¦ - ¦ . ¦ 0x1 ¦ 1. ¦ \ ¦ ;`)

export const DEFINITIONS = words(`
  fragment F on Query { ...F } ¦ fragment F on Subscription { ...G } fragment G on Subscription { ...F }
  fragment F on Order @skip { id ...F @include } ¦ query X { ...F } query X { id } ¦ subscription X { ...F @skip }
  fragment F on Subscription { deliveryUpdated @skip { kind } } ¦ { __typename } ¦ type Query { a: Int }`)

export const METHODS = words(
  'POST ¦ POST ¦ POST ¦ GET ¦ GET ¦ PUT ¦ DELETE ¦ OPTIONS ¦ HEAD ¦ PATCH ¦ CONNECT ¦ TRACE ¦ BREW ¦ post',
)

export const TARGETS = words(`
  /graphql ¦ /graphql ¦ /graphql ¦ /graphql?query={__typename} ¦ /graphql?query=%7B__typename%7D&variables=%7B ¦ * ¦ //
  /graphql?variables=null&query=%00 ¦ /graphql?query=%FF%FE ¦ /graphql?extensions=1&query={items{nodes{id}}} ¦ / ¦ /health
  /ready ¦ http://x/graphql ¦ /graphql/../graphql ¦ /__proto__ ¦ /graphql?query=%7B&query=%7D ¦ /graphql#x ¦ /constructor`)

export const HEADERS = words(String.raw`
  content-type: application/json ¦ content-type: application/json; charset=utf-16 ¦ content-type: text/plain ¦ content-type:
  content-type: application/json; charset="utf-8 ¦ content-encoding: gzip ¦ content-encoding: identity ¦ content-encoding: br
  accept: text/event-stream ¦ accept: */*;q=0 ¦ accept: application/graphql-response+json;q=x ¦ accept: text/html ¦ accept: ,;,
  authorization: Bearer ¦ authorization: Basic eDp4 ¦ authorization: Bearer a.b.c ¦ authorization: ÿ ¦ x-request-id: é
  x-request-id: a b\tc ¦ traceparent: 00-0-0-0 ¦ traceparent: 00-ffffffffffffffffffffffffffffffff-ffffffffffffffff-01
  x-forwarded-for: ,, ¦ expect: 100-continue ¦ expect: nonsense ¦ transfer-encoding: chunked ¦ transfer-encoding: gzip
  upgrade: h2c ¦ upgrade: websocket ¦ connection: upgrade ¦ connection: close ¦ content-length: 5 ¦ content-length: -1
  origin: null ¦ apollo-require-preflight: 1 ¦ x-context: a.b ¦ host: ¦ range: bytes=0-1 ¦ if-none-match: * ¦ te: trailers`)

/** Message types of graphql-transport-ws, the client's, the server's and an invalid one. */
export const MESSAGES = words(
  'connection_init ¦ connection_ack ¦ subscribe ¦ next ¦ error ¦ complete ¦ ping ¦ pong ¦ __proto__',
)
