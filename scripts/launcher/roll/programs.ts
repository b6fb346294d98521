// A task of a roll, run by the running system's supervisor with the code of the release that it rolls to: reads what runs from its
// standard input, and prints the programs of this release as JSON.
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { problemLine } from '../../../chassis/config.ts'
import { secretsIn } from '../infrastructure/secrets.ts'
import { type Deployment, NAMES, programsOf } from '../supervisor/processes.ts'
import { problemsOf } from '../supervisor/program-settings.ts'
import { compileCacheOf, OWN_CHECKOUT } from '../supervisor/task.ts'

/** A Deployment as data. A later release must understand what an earlier one sends: change it by adding optional fields only. */
const runningSchema = z.object({
  ports: z.looseObject({ router: z.array(z.int()) }).catchall(z.array(z.int())),
  databases: z.record(z.string(), z.string()),
  natsUrls: z.record(z.string(), z.string()),
  issuer: z.object({ url: z.string(), port: z.int() }),
  nodeEnv: z.enum(['development', 'test', 'production']),
  provider: z.union([z.literal('sandbox'), z.object({ url: z.string(), token: z.string() })]),
  environment: z.record(z.string(), z.string()),
  providerBook: z.string(),
  auditDir: z.string(),
  secretsFile: z.string(),
})

/** What the supervisor sends. */
export function describe(deployment: Deployment, secretsFile: string): z.input<typeof runningSchema> {
  const { natsUrl, secret: _, compileCache: __, environment, ports, ...rest } = deployment
  return {
    ...rest,
    ports: Object.fromEntries(Object.entries(ports).map(([name, of]) => [name, [...of]])) as { router: number[] }, // As `Ports`.
    natsUrls: Object.fromEntries(NAMES.map((name) => [name, natsUrl(name)])),
    environment: Object.fromEntries(
      Object.entries(environment).flatMap(([name, value]) => (value ? [[name, value]] : [])),
    ),
    secretsFile,
  }
}

if (import.meta.main) {
  const { natsUrls, secretsFile, ...rest } = runningSchema.parse(JSON.parse(await text(process.stdin)))
  const programs = programsOf({
    ...rest,
    natsUrl: (program) => natsUrls[program] ?? '',
    secret: secretsIn(secretsFile),
    compileCache: compileCacheOf(OWN_CHECKOUT),
  })
  // What this release requires and the running system was not started with: known before anything is changed.
  const problems = problemsOf(programs)
  for (const problem of problems) console.error(problemLine(problem))
  if (problems.length > 0) process.exit(78)
  console.log(JSON.stringify(programs))
}
