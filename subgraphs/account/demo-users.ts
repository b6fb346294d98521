import type { User } from './domain/user.ts'

/** A demo user's sign-in identifier, as `npm run token -- <login>` takes it. */
export type DemoUser = User & { login: string }

/** The people of the demo data, development only. Fixed ids: other contexts' demo data names the owners by them. */
export const demoUsers: DemoUser[] = [
  { login: 'lee', id: '01900000-0000-7000-8000-000000000001', name: '이하늘', roles: ['CUSTOMER'] },
  { login: 'hong', id: '01900000-0000-7000-8000-000000000002', name: '홍길동', roles: ['CUSTOMER'] },
  { login: 'kj', id: '01900000-0000-7000-8000-000000000003', name: '김경진', roles: ['STORE_OWNER'] },
  { login: 'bundang', id: '01900000-0000-7000-8000-000000000004', name: '박분당', roles: ['STORE_OWNER'] },
  { login: 'rider', id: '01900000-0000-7000-8000-000000000005', name: '최달림', roles: ['RIDER'] },
  { login: 'jung', id: '01900000-0000-7000-8000-000000000006', name: '정빠름', roles: ['RIDER'] },
]

/** For whoever needs many customers at once, as benches do. */
const MOST_CUSTOMERS = 1_000

/** Who signs in by `login`: one of the above, or a numbered customer, from `customer-1` to `customer-1000`; else null. */
export function demoUser(login: string): DemoUser | null {
  const number = Number(/^customer-([1-9]\d{0,3})$/.exec(login)?.[1])
  if (!(number <= MOST_CUSTOMERS)) return demoUsers.find((demo) => demo.login === login) ?? null
  const id = `01900000-0000-7000-8001-${String(number).padStart(12, '0')}`
  return { login, id, name: `손님 ${number}`, roles: ['CUSTOMER'] }
}

/** The demo machine client; its secret is DEMO_SECRET. */
export const demoMachine = { id: 'demo-machine', name: 'Demo machine client', scopes: ['payments:read'] }
