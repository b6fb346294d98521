import { z } from 'zod'
import { processConfig, serviceConfig } from '../../chassis/config.ts'

const isSafe = (url: string) => URL.parse(url)?.protocol === 'https:'
const hasUser = (url: string) => Boolean(URL.parse(url)?.username || URL.parse(url)?.password)

/** The payment provider. Both settings are required in every environment; `npm start` sets those of the sandbox if it runs one. */
const provider = processConfig.extend({
  /** Base URL of the payment provider's API; https in production, whatever the host. */
  PROVIDER_URL: z
    .url({ protocol: /^https?$/, error: ({ input }) => (input === undefined ? 'missing' : 'no http(s) URL') })
    .refine((url) => !hasUser(url), 'a credential belongs in PROVIDER_TOKEN'),
  /** Sent to it with every call as `authorization: Bearer …` (RFC 6750). */
  PROVIDER_TOKEN: z.string('missing').regex(/^[\w.~+/-]+=*$/, 'not a bearer token: letters, digits and -._~+/ only'),
})

/** Adds the rule for https, which is reported together with other errors. */
function safeInProduction<Config extends typeof provider>(config: Config) {
  const read = provider.pick({ NODE_ENV: true, PROVIDER_URL: true })
  return config.refine(
    (set) => {
      const { NODE_ENV, PROVIDER_URL } = read.parse(set)
      return NODE_ENV !== 'production' || isSafe(PROVIDER_URL)
    },
    {
      path: ['PROVIDER_URL'],
      error: 'not https, which production needs',
      when: ({ value }) => read.safeParse(value).success,
    },
  )
}

/** Only the provider's settings, for the launcher (scripts/launcher/supervisor). */
export const providerConfig = safeInProduction(provider)

/** The payment context's settings beside every service's own. */
export const paymentConfig = safeInProduction(
  serviceConfig.safeExtend({
    ...provider.shape,
    /** The deadline of one call. order does not wait that long, but payment does. */
    PROVIDER_DEADLINE_MS: z.coerce.number().int().min(100).max(15_000).default(5_000),
    /** Concurrent charges at the provider in this process, without those of the settlement job. */
    PROVIDER_AT_ONCE: z.coerce.number().int().min(1).default(100),
    /** Concurrent charges of one customer: order's limit for each customer times its processes, and those that order no longer waits for. */
    PROVIDER_AT_ONCE_EACH: z.coerce.number().int().min(1).default(4),
    /** Interval of the settlement job, which retries calls and sends refunds. */
    SETTLE_EVERY_MS: z.coerce.number().int().min(10).default(1_000),
    /** Declined tokens of one order (my-page shows up to 30), and of one customer within an hour; then no other is tried. */
    MOST_DECLINED_OF_ORDER: z.coerce.number().int().min(1).max(30).default(5),
    MOST_DECLINED_AN_HOUR: z.coerce.number().int().min(1).max(1_000).default(10),
  }),
)
