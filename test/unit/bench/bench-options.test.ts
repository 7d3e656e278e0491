/**
 * The command line of the benchmark: what it takes, and that it names what it does not know.
 */

import { CommandRefused, UsageAsked } from '../../../tools/command-refused.ts';
import { readBenchOptions } from '../../bench/bench-options.ts';

const KNOWN = { scenarios: ['big', 'simple'], gateways: ['tributary', 'apollo'] };
const read = (...args: readonly string[]) => readBenchOptions(args, KNOWN, '/checkout');

test('without options everything is measured at full length', () => {
  expect(read()).toEqual({
    isQuick: false,
    scenarios: undefined,
    gateways: undefined,
    jsonFile: undefined,
    tributaryFolder: '/checkout',
    baselineFolder: undefined,
  });
});

test('every option is taken', () => {
  const given =
    '--quick --scenario simple,big --gateways apollo --json /a/f.json --tributary-dir /b --baseline-dir /c';

  expect(read(...given.split(' '))).toEqual({
    isQuick: true,
    scenarios: ['simple', 'big'],
    gateways: ['apollo'],
    jsonFile: '/a/f.json',
    tributaryFolder: '/b',
    baselineFolder: '/c',
  });
});

test.each([
  [['--scenario', 'huge'], 'There is no scenario "huge"; there are big, simple.'],
  [['--gateways', 'apollo,nginx'], 'There is no gateway "nginx"; there are tributary, apollo.'],
])('%j is refused by name', (args, sentence) => {
  expect(() => read(...args)).toThrow(new CommandRefused(sentence));
});

test('an unknown option is refused with the usage', () => {
  expect(() => read('--fast')).toThrow(/--fast.*Usage: npm run bench -- \[options\]/s);
});

test('asked for help it tells the usage', () => {
  expect(() => read('--help')).toThrow(UsageAsked);
});
