import { type Logger, pino } from 'pino'

export type { Logger }

/** The process' JSON logger (one line an event, to stdout). `LOG_LEVEL` defaults to `info`. */
export function createLogger(service: string): Logger {
  return pino({
    level: process.env.LOG_LEVEL ?? 'info',
    base: { service, replica: Number(process.env.REPLICA ?? 1) },
    // Tokens and personal data must not reach a log file, whoever logs a whole request by mistake.
    redact: [
      'authorization',
      '*.authorization',
      'headers.authorization',
      'paymentToken',
      '*.paymentToken',
      '*.recipient',
    ],
    timestamp: pino.stdTimeFunctions.isoTime,
  })
}
