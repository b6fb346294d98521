import type { Audit } from '../../chassis/audit/audit.ts'
import type { Logger } from '../../chassis/log.ts'
import type { Context } from '../../chassis/service.ts'
import { keepDemoData } from './application/demo.ts'
import type { AccountPorts } from './application/ports.ts'
import { contextFrom } from './inbound/graphql/context.ts'
import { personalData, resolvers } from './inbound/graphql/resolvers.ts'
import { type IssuerOptions, serveIssuer } from './inbound/oidc/issuer.ts'

/** Puts the account context together on its ports, and starts its issuer, the one thing of it that is public. */
export async function wire(
  ports: AccountPorts,
  issuer: Omit<IssuerOptions, 'ports' | 'log' | 'audit'>,
  log: Logger,
  audit: Audit,
): Promise<Context> {
  if (issuer.demoSecret) await keepDemoData(ports, issuer.demoSecret)
  const served = await serveIssuer({ ...issuer, ports, log, audit })
  log.info({ issuer: issuer.url, port: served.port }, 'issuing')
  return { resolvers, contextOf: contextFrom(ports), personalData, servers: [served] }
}
