import { serviceSettings, streamReplicas } from '../config.ts'
import { natsTlsRules, natsTlsSettings } from '../nats/access.ts'

/** The settings of the program that keeps the streams. */
export const streamsConfig = serviceSettings
  .pick({
    NODE_ENV: true,
    PORT: true,
    HOST: true,
    METRICS_PORT: true,
    NATS_URL: true,
    FACTS_MAX_BYTES: true,
  })
  .extend({ ...natsTlsSettings, STREAM_REPLICAS: streamReplicas })
  .check(...natsTlsRules)
