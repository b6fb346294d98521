import { type Logger, pino } from 'pino'

export type { Logger }

/** The process's JSON logger: one line per event, to stdout. `LOG_LEVEL` defaults to `info`. */
export function createLogger(service: string): Logger {
  return pino({
    level: process.env.LOG_LEVEL ?? 'info',
    base: { service, replica: Number(process.env.REPLICA ?? 1) },
    // Tokens and personal data must not reach a log file, even if a whole request is logged by mistake.
    redact: [
      'authorization',
      '*.authorization',
      'headers.authorization',
      'paymentToken',
      '*.paymentToken',
      '*.recipient',
    ],
    serializers: { err: withoutRowData },
    timestamp: pino.stdTimeFunctions.isoTime,
  })
}

/** An error without PostgreSQL's "detail", which quotes the failing row: a customer's data must not reach a log. */
function withoutRowData(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error)
  const [message] = error.message.split('\n - detail')
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? []
  const code = 'code' in error ? error.code : undefined
  return {
    type: error.name,
    message,
    code,
    stack: frames.join('\n'),
    cause: error.cause && withoutRowData(error.cause),
  }
}
