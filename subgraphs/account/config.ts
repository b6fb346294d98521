import { z } from 'zod'
import { processConfig, serviceConfig } from '../../chassis/config.ts'
import { isCountry } from './application/phone.ts'

/** The way to people's phones. Production needs both settings; elsewhere there is a sandbox without them. */
const gateway = processConfig.extend({
  /** Where messages are sent by POST; https in production, whatever the host. Without it there is the sandbox. */
  MESSAGE_URL: z
    .url({ protocol: /^https?$/, error: 'no http(s) URL' })
    .refine((url) => !URL.parse(url)?.username && !URL.parse(url)?.password, 'a credential belongs in MESSAGE_TOKEN')
    .optional(),
  /** Sent with every message as `authorization: Bearer …` (RFC 6750). */
  MESSAGE_TOKEN: z
    .string()
    .regex(/^[\w.~+/-]+=*$/, 'not a bearer token: letters, digits and -._~+/ only')
    .optional(),
})

/** Adds the rules of the gateway, which are reported together with other errors. */
function withGateway<Config extends typeof gateway>(config: Config) {
  const read = gateway.pick({ NODE_ENV: true, MESSAGE_URL: true, MESSAGE_TOKEN: true })
  const rule = (path: string, error: string, holds: (set: z.infer<typeof read>) => boolean) =>
    z.refine((set: unknown) => holds(read.parse(set)), {
      path: [path],
      error,
      when: ({ value }) => read.safeParse(value).success,
    })
  return config.check(
    rule('MESSAGE_URL', 'missing', (set) => set.NODE_ENV !== 'production' || !!set.MESSAGE_URL),
    rule(
      'MESSAGE_URL',
      'not https, which production needs',
      ({ NODE_ENV, MESSAGE_URL: url }) => NODE_ENV !== 'production' || !url || URL.parse(url)?.protocol === 'https:',
    ),
    rule(
      'MESSAGE_TOKEN',
      'missing',
      (set) => (!set.MESSAGE_URL && set.NODE_ENV !== 'production') || !!set.MESSAGE_TOKEN,
    ),
  )
}

/** Only the settings of the gateway, for the launcher (scripts/launcher/supervisor). */
export const messageConfig = withGateway(gateway)

/** The account context's settings beside every service's own. */
export const accountConfig = withGateway(
  serviceConfig.safeExtend({
    ...gateway.shape,
    /** The public URL of the issuer: the `iss` of every token, and where people and programs reach it. */
    ISSUER_URL: z
      .url({ protocol: /^https?$/ })
      .refine((url) => URL.parse(url)?.origin === url, 'an origin, nothing behind it, e.g. https://login.example.com'),
    /** The `aud` of every token, the same as the router's. A URI, so that no client's id can be one. */
    JWT_AUDIENCE: z
      .string()
      .refine((text) => /^[a-z][a-z0-9+.-]*:\S+$/i.test(text), 'no URI, e.g. urn:example:api')
      .default('urn:flower-delivery:api'),
    /** Where the issuer listens; public, unlike PORT. */
    ISSUER_PORT: z.coerce.number().int().min(0).max(65535),
    /** Seals the private signing keys and signs cookies; the same for all replicas. */
    KEY_SECRET: z.string().min(32, 'at least 32 characters'),
    /** Opens the demo users' tokens and is the demo machine client's secret; ignored in production. */
    DEMO_SECRET: z.string().min(32, 'at least 32 characters').optional(),
    /** Requests of one client, or of one address without good credentials: in the long run, and as many at once. */
    TOKENS_PER_MINUTE: z.coerce.number().int().min(1).default(600),
    /** The number of proxies in front, each of which adds its client's address to `x-forwarded-for`. */
    TRUST_PROXY: z.coerce.number().int().min(0).default(0),
    /** The countries whose mobile phones are sent codes, by ISO 3166, separated by commas. */
    SIGN_IN_COUNTRIES: z
      .string()
      .default('KR')
      .transform((text, context) =>
        text.split(',').flatMap((code) => {
          if (isCountry(code)) return code
          context.addIssue({ code: 'custom', message: 'no list of countries, e.g. KR,US' })
          return []
        }),
      ),
    /** Codes that are sent for one address within any hour, half of them at once. Many people may share one. */
    SIGN_IN_CODES_AN_HOUR: z.coerce.number().int().min(1).default(60),
    /** Wrong codes that one address may give within any hour, half of them at once. */
    SIGN_IN_WRONG_AN_HOUR: z.coerce.number().int().min(1).default(30),
    /** Codes that are sent within any hour in all, half of them at once. Each costs money. */
    SIGN_IN_ALL_CODES_AN_HOUR: z.coerce.number().int().min(1).default(1_000),
  }),
)
  // Whatever a deployment forgets to unset: there are no demo users and no demo tokens in production.
  .transform((config) => (config.NODE_ENV === 'production' ? { ...config, DEMO_SECRET: undefined } : config))
