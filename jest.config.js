/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' } }] },
  testEnvironment: '<rootDir>/test/kit/jest-environment.ts',
  globalSetup: '<rootDir>/test/kit/jest-global-setup.ts',
  globalTeardown: '<rootDir>/test/kit/jest-global-teardown.ts',
  // What test files leave behind in a worker is not given back, and collecting it in vain takes longer than a new worker.
  workerIdleMemoryLimit: '1GB',
  // Longer than anything is waited for within a test, which says better what did not come.
  testTimeout: 120_000,
};
