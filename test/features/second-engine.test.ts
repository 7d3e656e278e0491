/**
 * @apollo/gateway stays a first-class engine: what the compiled one promises of nulls, errors, refused fields and
 * idempotency keys holds for it too.
 */

process.env['TRIBUTARY_TEST_ENGINE'] = 'apollo';

await import('./explained-nulls.test.ts');
await import('./errors.test.ts');
await import('./defer-whole.test.ts');
await import('./access.test.ts');
await import('./idempotency-key.test.ts');
await import('./idempotency-status.test.ts');

// Tells a module to the type checker; the tests are the imported ones.
export {};
