// Tiers by file name (README, "Tests"): .test.ts needs nothing, .int.test.ts Postgres and NATS, .e2e and .chaos the whole stack.
const real = {
  globalSetup: '<rootDir>/scripts/testing/infrastructure.ts',
  globalTeardown: '<rootDir>/scripts/testing/stop-infrastructure.ts',
}
const common = {
  testEnvironment: 'node',
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
  projects: [
    tier('unit', '.test.ts', ['\\.int\\.test\\.ts$', '\\.e2e\\.test\\.ts$', '\\.chaos\\.test\\.ts$']),
    tier('adapter', '.int.test.ts', [], real),
    tier('e2e', '.e2e.test.ts'),
    tier('chaos', '.chaos.test.ts'),
  ],
}
