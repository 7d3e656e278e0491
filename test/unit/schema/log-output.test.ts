/**
 * Where a log goes that cannot be written for a while.
 */

import { logOutput } from '../../../schema/contract/log-output.ts';

/** Takes so many bytes at once, and says `failure` instead while there is one. */
function outlet(atOnce = 1_000) {
  const state: { text: string; failure: string | undefined } = { text: '', failure: undefined };
  const write = (bytes: Buffer) => {
    if (state.failure !== undefined) throw Object.assign(new Error('no'), { code: state.failure });
    const taken = bytes.subarray(0, atOnce);
    state.text += String(taken);
    return taken.length;
  };
  return { state, write };
}

test('what was lost is counted, and told before the next line', () => {
  const [log, complaints] = [outlet(), outlet()];
  const output = logOutput((lines) => `lost ${lines}\n`, { log: log.write, complaints: complaints.write });
  output.write('one\n');
  log.state.failure = 'ENOSPC';
  output.write('two\nthree\n');
  output.write('four\n');
  log.state.failure = undefined;
  output.write('five\n');
  output.write('six\n');
  expect(log.state.text).toBe('one\n\nlost 3\nfive\nsix\n');
  expect(complaints.state.text).toBe(
    'The log cannot be written (ENOSPC); its lines are lost until it can.\n',
  );
});

test('a reader that takes a little at a time gets all, and nobody to complain to is no failure', () => {
  const [slow, nobody] = [outlet(3), outlet()];
  nobody.state.failure = 'EPIPE';
  const output = logOutput(() => '', { log: slow.write, complaints: nobody.write });
  output.write('a line of several pieces\n');
  expect(slow.state.text).toBe('a line of several pieces\n');
  slow.state.failure = 'EPIPE';
  output.write('nobody reads this\n');
  expect(slow.state.text).toBe('a line of several pieces\n');
});
