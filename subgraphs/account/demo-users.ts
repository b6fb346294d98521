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

/** The demo machine client; its secret is DEMO_SECRET. */
export const demoMachine = { id: 'demo-machine', name: 'Demo machine client', scopes: ['payments:read'] }
