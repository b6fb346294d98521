import { serviceConfig } from '../config.ts'

/** The settings of the program that keeps the streams. */
export const streamsConfig = serviceConfig.pick({
  NODE_ENV: true,
  PORT: true,
  HOST: true,
  METRICS_PORT: true,
  NATS_URL: true,
  FACTS_MAX_BYTES: true,
})
