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
  subscriptionsProtocol: 'GRAPHQL_SSE',
  title: 'GraphiQL',
  logo: '<span></span>',
  defaultQuery: root.dataset.query,
  defaultHeaders: '{\n  // "authorization": "Bearer TOKEN"\n}',
  shouldPersistHeaders: false,
})
