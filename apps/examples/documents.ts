/** The customer's orders, page by page. Caches that merge pages need `edges`, not `nodes`. */
export const MY_PAGE = `query MyPage($first: Int!, $after: Cursor) {
  myPage(first: $first, after: $after) {
    edges { cursor node { id summary orderStatus revision } }
    pageInfo { hasNextPage endCursor }
  }
}`

/** The open orders and each change of them. The links need `kind`, `cursor` and `$after`. */
export const WATCH = `subscription Watch($after: LiveCursor) {
  myPageUpdated(after: $after) { kind cursor entry { id summary orderStatus revision } }
}`

export type Entry = { id: string; summary: string; orderStatus: string; revision: number }
export type MyPage = {
  myPage: {
    edges: { cursor: string; node: Entry }[]
    pageInfo: { hasNextPage: boolean; endCursor: string | null }
  } | null
}
export type Watch = { myPageUpdated: { kind: 'SNAPSHOT' | 'CHANGE' | 'GAP'; cursor: string; entry: Entry | null } }
