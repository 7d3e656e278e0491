/**
 * The quotas of an asker by the clock: when they are there again, and that several count alike. The clock is the
 * test's.
 */

import { ANONYMOUS } from '../../../../schema/contract/principal.ts';
import { rateLimits } from '../../../../gateway/config/rate-limit-options.ts';
import { rateLimitHeaders } from '../../../../gateway/http/rate-limit-headers.ts';
import { createRateLimits, type Asker } from '../../../../gateway/request/rate-limits.ts';
import { MemoryStore } from '../../../../gateway/store/memory-store.ts';
import { fakeClock, type FakeClock } from '../../../kit/fake-clock.ts';

let clock: FakeClock;

beforeEach(() => {
  clock = fakeClock();
});

const anna = { subject: 'anna', roles: [], scopes: [] };
const asker = (more: Partial<Asker> = {}): Asker => ({
  principal: ANONYMOUS,
  address: '203.0.113.1',
  clientName: undefined,
  ...more,
});

function limitsOf(options: Parameters<typeof rateLimits.parse>[0]) {
  const limits = createRateLimits(rateLimits.parse(options), new MemoryStore(clock));
  if (limits === undefined) throw new Error('nothing is limited');
  return limits;
}

test('nothing is counted where nothing is limited, and who is not limited has no account', () => {
  expect(createRateLimits(rateLimits.parse({}), new MemoryStore(clock))).toBeUndefined();
  expect(limitsOf({ principal: { requests: { limit: 1 } } }).open(asker())).toBeUndefined();
});

test('what is used up is there again when its window ends, to the millisecond', async () => {
  const limits = limitsOf({ address: { requests: { limit: 2, windowS: 10 } } });
  const charge = () => limits.open(asker())?.charge('requests', 1);
  void charge();
  await clock.pass(9_000);
  void charge();
  expect(charge).toThrow(
    expect.objectContaining({
      code: 'RATE_LIMITED',
      facts: expect.objectContaining({ retryAfterMs: 1_000 }),
    }),
  );
  await clock.pass(999);
  expect(charge).toThrow();
  await clock.pass(1);
  expect(charge).not.toThrow();
  expect(limits.refusals).toEqual({ 'address.requests': 2 });
});

test('of several that refuse, the one that lasts longest says when to try again', async () => {
  const limits = limitsOf({
    principal: { requests: { limit: 1, windowS: 600 } },
    address: { requests: { limit: 1, windowS: 10 } },
  });
  void limits.open(asker({ principal: anna }))?.charge('requests', 1);
  await clock.pass(4_500);
  const account = limits.open(asker({ principal: anna }));
  expect(() => account?.charge('requests', 1)).toThrow(
    expect.objectContaining({
      facts: {
        retryAfterMs: 595_500,
        details: { limit: 'rateLimits.principal.requests', value: 2, maximum: 1, windowS: 600 },
      },
    }),
  );
  expect(account && rateLimitHeaders(account)).toEqual({
    'ratelimit-policy': '"principal.requests";q=1;w=600, "address.requests";q=1;w=10',
    ratelimit: '"principal.requests";r=0;t=596, "address.requests";r=0;t=6',
    'retry-after': '596',
  });
  expect(limits.refusals).toEqual({ 'principal.requests': 1, 'address.requests': 1 });
});

test('the addresses of one IPv6 network count as one, and a cost of parts is rounded up', () => {
  const limits = limitsOf({ address: { cost: { limit: 3 } } });
  void limits.open(asker({ address: '2001:db8::1' }))?.chargeCost(1.2);
  expect(() => limits.open(asker({ address: '2001:db8::ffff:2' }))?.chargeCost(1.2)).toThrow();
  expect(() => limits.open(asker({ address: '2001:db8:0:1::1' }))?.chargeCost(1.2)).not.toThrow();
});
