/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' } }] },
  testEnvironment: '<rootDir>/test/kit/jest-environment.ts',
  globalSetup: '<rootDir>/test/kit/jest-global-setup.ts',
  globalTeardown: '<rootDir>/test/kit/jest-global-teardown.ts',
  // Longer than anything is waited for within a test, which says better what did not come.
  testTimeout: 120_000,
};
