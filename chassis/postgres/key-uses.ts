import { defineEntity, p } from '@mikro-orm/postgresql'

/** What idempotency keys were used for (idempotency.ts, KeyUse); its table is made by the chassis' own migration. */
export const KeyUseRow = defineEntity({
  name: 'KeyUse',
  tableName: 'key_uses',
  properties: { id: p.text().primary(), inputDigest: p.text(), resultId: p.uuid(), version: p.integer().version() },
})
