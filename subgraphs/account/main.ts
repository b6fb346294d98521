import { readConfig } from '../../chassis/config.ts'
import { runService } from '../../chassis/service.ts'
import { accountConfig } from './config.ts'
import { postgresPorts, schema } from './outbound/postgres/database.ts'
import { cookieKey, sealingKey } from './outbound/postgres/sealing.ts'
import { wire } from './wire.ts'

const config = readConfig(accountConfig)

await runService({
  name: 'account',
  config,
  schema,
  typeDefs: new URL('./inbound/graphql/account.graphql', import.meta.url),
  hears: [],
  says: false,
  wire: ({ orm, log, audit, metrics }) =>
    wire(
      postgresPorts(orm, sealingKey(config.KEY_SECRET)),
      {
        host: config.HOST,
        port: config.ISSUER_PORT,
        url: config.ISSUER_URL,
        audience: config.JWT_AUDIENCE,
        cookieKeys: [cookieKey(config.KEY_SECRET)],
        demoSecret: config.DEMO_SECRET,
        tokensPerMinute: config.TOKENS_PER_MINUTE,
        proxies: config.TRUST_PROXY,
        observe: metrics?.observe,
      },
      log,
      audit,
    ),
})
