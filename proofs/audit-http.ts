// npm run audit -- [URL]: checks a server against GraphQL over HTTP by the audit suite of the package graphql-http.
import { auditServer } from 'graphql-http'
import { commandLine } from '../scripts/command-line.ts'

const [url = `http://localhost:${process.env.PORT || 4000}/graphql`] = commandLine('audit').positionals
const LABELS = { ok: 'ok    ', notice: 'NOTICE', warn: 'WARN  ', error: 'ERROR ' }

try {
  const results = await auditServer({ url })
  for (const { id, name, status } of results) console.log(`${LABELS[status]} ${id} ${name}`)
  const failed = results.filter(({ status }) => status !== 'ok').length
  console.log(`${results.length - failed} of ${results.length} checks passed at ${url}`)
  process.exitCode = failed ? 1 : 0
} catch (error) {
  console.error(`${url} does not answer (start it with npm start): ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}
