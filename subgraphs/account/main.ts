import { readConfig } from '../../chassis/config.ts'
import { runService } from '../../chassis/service.ts'
import { accountConfig } from './config.ts'
import { SIGN_IN_CODES } from './metrics.ts'
import { httpMessages } from './outbound/messages/http.ts'
import { sandboxMessages } from './outbound/messages/sandbox.ts'
import { postgresPorts, schema } from './outbound/postgres/database.ts'
import { codeKey, cookieKey, formKey, sealingKey } from './outbound/postgres/sealing.ts'
import { wire } from './wire.ts'

const config = readConfig(accountConfig)

await runService({
  name: 'account',
  config,
  schema,
  typeDefs: new URL('./inbound/graphql/account.graphql', import.meta.url),
  hears: [],
  says: true,
  wire: async ({ orm, log, audit, metrics }) => {
    const ports = postgresPorts(orm, sealingKey(config.KEY_SECRET))
    const { MESSAGE_URL: url, MESSAGE_TOKEN: token = '' } = config
    const gateway = url ? httpMessages({ url, token, log }) : undefined
    const sandbox = sandboxMessages(ports.state)
    const context = await wire(
      ports,
      {
        host: config.HOST,
        port: config.ISSUER_PORT,
        url: config.ISSUER_URL,
        audience: config.JWT_AUDIENCE,
        cookieKeys: [cookieKey(config.KEY_SECRET)],
        formKey: formKey(config.KEY_SECRET),
        signIn: {
          codeKey: codeKey(config.KEY_SECRET),
          messages: gateway ?? sandbox,
          countries: config.SIGN_IN_COUNTRIES,
          codesAnHour: config.SIGN_IN_CODES_AN_HOUR,
          wrongAnHour: config.SIGN_IN_WRONG_AN_HOUR,
          allCodesAnHour: config.SIGN_IN_ALL_CODES_AN_HOUR,
        },
        countCode: metrics?.counter(SIGN_IN_CODES),
        sandbox: gateway ? undefined : sandbox,
        demoSecret: config.DEMO_SECRET,
        tokensPerMinute: config.TOKENS_PER_MINUTE,
        proxies: config.TRUST_PROXY,
        observe: metrics?.observe,
      },
      log,
      audit,
    )
    if (!gateway) return context
    // The pages may send messages until they have drained.
    const close = async (hurry?: AbortSignal) => {
      await Promise.all((context.servers ?? []).map((server) => server.close(hurry)))
      await gateway.close()
    }
    return { ...context, servers: [{ close }] }
  },
})
