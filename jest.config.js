/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' } }] },
  globalSetup: '<rootDir>/test/kit/jest-global-setup.ts',
  globalTeardown: '<rootDir>/test/kit/jest-global-teardown.ts',
  testTimeout: 30_000,
};
