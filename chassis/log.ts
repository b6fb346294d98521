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
    serializers: { err: withoutRows },
    timestamp: pino.stdTimeFunctions.isoTime,
  })
}

/** PostgreSQL tells the failing row in an error's detail: what a customer wrote must not reach a log. */
function withoutRows(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error)
  const [message] = error.message.split('\n - detail')
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? []
  const code = 'code' in error ? error.code : undefined
  return { type: error.name, message, code, stack: frames.join('\n'), cause: error.cause && withoutRows(error.cause) }
}
