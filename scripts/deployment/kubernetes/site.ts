import { containersOf, jobsOf, type Container as Program, reference, type Site } from '../programs.ts'
import { MOST_PODS } from './program.ts'

/** What depends on the cluster is in the ConfigMap `site`, as `$(NAME)`; what is secret, in the program's own Secret, as `${NAME}`. */
export const SITE: Site = {
  environment: 'production',
  issuerUrl: '$(ISSUER_URL)',
  audience: '$(JWT_AUDIENCE)',
  provider: { url: reference('PROVIDER_URL'), token: reference('PROVIDER_TOKEN') },
  messages: { url: reference('MESSAGE_URL'), token: reference('MESSAGE_TOKEN') },
  postgres: '$(POSTGRES_SERVER)',
  nats: '$(NATS_SERVER)',
  instances: String(MOST_PODS),
}

/** With the sandbox, the demo shop and demo users. */
export const DEVELOPMENT_SITE: Site = { ...SITE, environment: 'development', provider: 'sandbox' }

/** In the URL of the program `databases`. A managed server's administrator may have another name. */
const ADMINISTRATOR = '//postgres:'

/** Below what NATS may store: before it is full an alert fires (`service_stream_filled_ratio`). */
const FACTS_LIMIT = 'FACTS_MAX_BYTES'

/** What a cluster adds to a program's own settings, all from the site: how PostgreSQL is asked, such as with TLS; pools; replicas. */
function inCluster(program: Program): Program {
  const { name, env } = program
  const url = env.DATABASE_URL
  const keepsPool = url !== undefined && name !== 'migrate'
  const cluster = {
    ...(url !== undefined && {
      DATABASE_URL: `${url.replace(ADMINISTRATOR, '//$(POSTGRES_ADMIN):')}$(POSTGRES_OPTIONS)`,
    }),
    ...(keepsPool && { DATABASE_CONNECTIONS: '$(DATABASE_CONNECTIONS)' }),
    ...(name === 'databases' && { SHARED_SERVER: '$(SHARED_SERVER)' }),
    ...(name === 'streams' && { STREAM_REPLICAS: '$(STREAM_REPLICAS)' }),
    ...(program.passes.includes(FACTS_LIMIT) && { [FACTS_LIMIT]: `$(${FACTS_LIMIT})` }),
  }
  return {
    ...program,
    env: { ...env, ...cluster },
    passes: program.passes.filter((setting) => setting !== FACTS_LIMIT),
  }
}

/** The programs of a site, and those that must have ended before, as they run in the cluster. */
export const programsOf = async (site: Site): Promise<Program[]> => (await containersOf(site)).map(inCluster)
export const migrationOf = (site: Site): Program[] => jobsOf(site).map(inCluster)
