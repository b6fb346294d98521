// Tiers by file name (CONTRIBUTING.md, "Tests"): .test.ts needs nothing, .int.test.ts Postgres and NATS, .e2e and .chaos the whole stack.
const real = {
  globalSetup: '<rootDir>/proofs/testing/infrastructure.ts',
  globalTeardown: '<rootDir>/proofs/testing/stop-infrastructure.ts',
}
const common = {
  testEnvironment: '<rootDir>/proofs/testing/environment.ts',
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  modulePathIgnorePatterns: ['/\\.data'],
}
const tier = (name, match, ignore = [], extra = {}) => ({
  ...common,
  displayName: name,
  testMatch: [`**/*${match}`],
  testPathIgnorePatterns: ['/node_modules/', ...ignore],
  ...extra,
})

export default {
  // What nothing caught fails the run, whenever it comes.
  reporters: ['default', '<rootDir>/proofs/testing/faults-reporter.ts'],
  // One for all tests and hooks, which no machine is too slow for: only what hangs meets it. What a test waits for it polls by
  // `until` (chassis/testing/until.ts), which fails earlier and says what did not come. (Jest takes no timeout of a project.)
  testTimeout: 300_000,
  projects: [
    tier('unit', '.test.ts', ['\\.int\\.test\\.ts$', '\\.e2e\\.test\\.ts$', '\\.chaos\\.test\\.ts$']),
    tier('adapter', '.int.test.ts', [], real),
    tier('e2e', '.e2e.test.ts'),
    tier('chaos', '.chaos.test.ts'),
  ],
}
