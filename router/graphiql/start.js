// Runs in the browser, behind GraphiQL itself (a classic script that left `YogaGraphiQL`): puts it on the page.
const root = document.querySelector('#root')
const files = new URL('.', document.currentScript.src)
const workers = { json: 'json.worker.js', graphql: 'graphql.worker.js', editorWorkerService: 'editor.worker.js' }

self.MonacoEnvironment = {
  globalAPI: false,
  getWorkerUrl: (_, label) => new URL(workers[label] ?? workers.editorWorkerService, files).href,
}

// Headers go with queries and, since they are server-sent events, with subscriptions too. An empty "Bearer " would be
// refused, so the line is a comment until there is a token; tokens are not kept in the browser unless asked for.
self.YogaGraphiQL.renderYogaGraphiQL(root, {
  endpoint: location.pathname,
  method: 'POST', // Subscriptions too: an operation in an address would be cut short and logged.
  subscriptionsProtocol: 'GRAPHQL_SSE',
  title: 'GraphiQL',
  logo: '<span></span>',
  // What was edited stands in the address, so that a reload, or whoever is sent it, finds it again.
  query: new URLSearchParams(location.search).get('query') ?? root.dataset.query,
  defaultQuery: '',
  defaultHeaders: '{\n  // "authorization": "Bearer TOKEN"\n}',
  shouldPersistHeaders: false,
})
