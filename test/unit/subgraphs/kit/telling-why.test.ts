/**
 * Why a database cannot be used stands in the log once, however often somebody looks.
 */

import { expect, test } from '@jest/globals';
import { pino } from 'pino';

import { tellingWhy } from '../../../../subgraphs/kit/telling-why.ts';

test('each reason is told once, and that it is over is told once', async () => {
  const told: unknown[] = [];
  const log = pino({}, { write: (line) => void told.push(briefly(JSON.parse(line))) });
  const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  const refused = Object.assign(new Error('password authentication failed'), { code: '28P01' });
  const silent = new Error('timeout exceeded when trying to connect');
  const outcomes = [undefined, away, away, refused, refused, silent, silent, undefined, undefined, away];
  const ask = tellingWhy(async () => {
    const outcome = outcomes.shift();
    if (outcome !== undefined) throw outcome;
    return 'answered';
  }, log);
  const heard: unknown[] = [];
  while (outcomes.length > 0) heard.push(await ask().catch((error: unknown) => error));
  expect(heard).toEqual([
    'answered',
    away,
    away,
    refused,
    refused,
    silent,
    silent,
    'answered',
    'answered',
    away,
  ]);
  expect(told).toEqual([
    [50, 'the database cannot be used', away.message],
    [50, 'the database cannot be used', refused.message],
    [50, 'the database cannot be used', silent.message],
    [30, 'the database can be used again', undefined],
    [50, 'the database cannot be used', away.message],
  ]);
});

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly err?: { readonly message: string };
}

const briefly = ({ level, msg, err }: Line) => [level, msg, err?.message];
