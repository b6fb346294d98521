import type { z } from 'zod'
import { type Environment, type SettingProblem, serviceConfig, settingProblems } from '../../../chassis/config.ts'
import { streamsConfig } from '../../../chassis/streams/config.ts'
import { routerSettings } from '../../../router/config.ts'
import { accountConfig } from '../../../subgraphs/account/config.ts'
import { deliveryConfig } from '../../../subgraphs/delivery/config.ts'
import { itemConfig } from '../../../subgraphs/item/config.ts'
import { mediaConfig } from '../../../subgraphs/media/config.ts'
import { orderConfig } from '../../../subgraphs/order/config.ts'
import { paymentConfig } from '../../../subgraphs/payment/config.ts'
import { sandboxConfig } from '../../../subgraphs/payment/sandbox/config.ts'
import { storeConfig } from '../../../subgraphs/store/config.ts'
import { CONTEXTS } from '../../contexts.mjs'
import { NAMES, specsOf } from './processes.ts'
import type { Spec } from './spec.ts'

/** The settings schema of each program, by its main file. A context without its own has that of every service. */
export const PROGRAM_SETTINGS: Record<string, z.ZodType> = {
  ...Object.fromEntries(CONTEXTS.map((context) => [`subgraphs/${context}/main.ts`, serviceConfig])),
  'subgraphs/account/main.ts': accountConfig,
  'subgraphs/delivery/main.ts': deliveryConfig,
  'subgraphs/media/main.ts': mediaConfig,
  'subgraphs/item/main.ts': itemConfig,
  'subgraphs/order/main.ts': orderConfig,
  'subgraphs/payment/main.ts': paymentConfig,
  'subgraphs/payment/sandbox/main.ts': sandboxConfig,
  'subgraphs/store/main.ts': storeConfig,
  'chassis/streams/main.ts': streamsConfig,
  'router/main.ts': routerSettings,
}

/**
 * What the programs that `npm start` would run in this environment would find wrong with the operator's settings: each program's
 * own schema reads what that program would get.
 */
export function programProblems(
  variables: NodeJS.ProcessEnv,
  replicas: { [name: string]: number },
  hasSandbox: boolean,
): SettingProblem[] {
  const problems = problemsOf(placeholderSpecs(variables, replicas, hasSandbox))
  return problems.filter(({ setting }) => variables[setting])
}

/** What programs would find wrong with the settings that they get, one problem for each setting. */
export function problemsOf(programs: readonly Pick<Spec, 'command' | 'env'>[]): SettingProblem[] {
  const problems = programs.flatMap(({ command, env }) => {
    const main = Object.keys(PROGRAM_SETTINGS).find((file) => command.some((part) => part.endsWith(file)))
    const schema = main && PROGRAM_SETTINGS[main]
    if (!schema) throw new Error(`${command.join(' ')} has no row in PROGRAM_SETTINGS.`)
    return settingProblems(schema, { SUPERGRAPH: 'schema/supergraph.graphql', ...env })
  })
  return [...new Map(problems.map((problem) => [problem.setting, problem])).values()]
}

/** The programs as they would be run, with something valid for all that is known only once PostgreSQL and NATS run. */
function placeholderSpecs(
  variables: NodeJS.ProcessEnv,
  replicas: { [name: string]: number },
  hasSandbox: boolean,
): Spec[] {
  const portsOf = (name: string) => Array.from({ length: replicas[name] ?? 1 }, () => 1)
  const ports = Object.fromEntries(NAMES.map((name) => [name, portsOf(name)]))
  const { PROVIDER_URL: url = '', PROVIDER_TOKEN: token = '' } = variables
  return specsOf({
    ports: { ...ports, router: portsOf('router'), provider: hasSandbox ? [1] : [] },
    databases: Object.fromEntries(CONTEXTS.map((context) => [context, 'postgres://127.0.0.1'])),
    natsUrl: () => 'nats://nats', // a name, as TLS needs
    issuer: { url: variables.ISSUER_URL || 'http://localhost:1', port: 1 },
    secret: (name) => name.padEnd(32, '-'),
    nodeEnv: variables.NODE_ENV as Environment, // Each program's own schema checks it.
    provider: hasSandbox ? 'sandbox' : { url, token },
    environment: variables,
    compileCache: '-',
    providerBook: '-',
    auditDir: '-',
  })
}
