/**
 * What a system's log tells of something thrown: enough to find it, and no row of data.
 */

import { createLogger } from '../../../../subgraphs/kit/telemetry/create-logger.ts';

function logged(thrown: unknown): Record<string, unknown> {
  const lines: string[] = [];
  const log = createLogger({ name: 'crm', level: 'info' }, { write: (line) => void lines.push(line) });
  log.error({ err: thrown }, 'a field failed');
  return JSON.parse(lines.join(''));
}

test('level and time stand in a line as in those of the gateway', () => {
  expect(logged(undefined)).toMatchObject({
    level: 'error',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    name: 'crm',
  });
});

test('an error of the database is told by its code and the names of things, without values', () => {
  const error = Object.assign(new Error('invalid input syntax for type uuid: "c4n4ry"'), {
    code: '22P02',
    table: 'customer',
    constraint: 'customer_email_key',
    detail: 'Key (email)=(c4n4ry) already exists.',
    where: 'unnamed portal parameter $1 = c4n4ry',
    query: "select 'c4n4ry'",
  });
  const line = logged(new Error('the statement failed', { cause: error }));
  expect(line['err']).toEqual({
    type: 'Error',
    message: 'the statement failed',
    stack: expect.stringContaining('create-logger.test.ts'),
    cause: {
      type: 'Error',
      message: 'invalid input syntax for type uuid: "…"',
      code: '22P02',
      table: 'customer',
      constraint: 'customer_email_key',
      stack: expect.any(String),
    },
  });
  expect(JSON.stringify(line)).not.toContain('c4n4ry');
});

test('an address loses its credentials, and quotes within quotes hide nothing', () => {
  const told = [
    'cannot reach postgres://crm:c4n4ry@db:5432/crm',
    `Unexpected token c, "{"name":"c4n4ry"}" is not valid JSON`,
    "it isn't `c4n4ry`",
  ].map((message) => logged(new Error(message))['err']);
  expect(told).toMatchObject([
    { message: 'cannot reach postgres://…@db:5432/crm' },
    { message: 'Unexpected token c, "…" is not valid JSON' },
    { message: "it isn't `…`" },
  ]);
});

test('what is no error is told by its kind alone', () => {
  expect(logged('c4n4ry')['err']).toEqual({ type: 'string' });
});
