// npm run audit -- [URL]: how a GraphQL server keeps to GraphQL over HTTP, by the audit of the package graphql-http.
import { auditServer } from 'graphql-http'
import { commandLine } from '../scripts/command-line.ts'

const [url = 'http://localhost:4000/graphql'] = commandLine('audit').positionals
const said = { ok: 'ok    ', notice: 'NOTICE', warn: 'WARN  ', error: 'ERROR ' }

try {
  const results = await auditServer({ url })
  for (const { id, name, status } of results) console.log(`${said[status]} ${id} ${name}`)
  const broken = results.filter(({ status }) => status !== 'ok').length
  console.log(`${results.length - broken} of ${results.length} kept at ${url}`)
  process.exitCode = broken ? 1 : 0
} catch (error) {
  console.error(`${url} can not be asked (start it with npm start): ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}
