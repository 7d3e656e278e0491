/**
 * A supergraph from an address that is asked again and again: its signature where one is demanded, the validators by
 * which the next question is conditional, and the copy that is kept of the last good one. Knows no GraphQL.
 */

import { createHash } from 'node:crypto';

import type { Followed } from '../../schema/contract/follow-files.ts';
import type { Config } from '../config/options.ts';
import { describeError, type Logger } from '../telemetry/create-logger.ts';
import { StartRefused } from '../base/start-refused.ts';
import type { Answer } from './ask-address.ts';
import { decodeText } from './decode-text.ts';
import { keepCopy, readKeptCopy, type SignedBytes } from './kept-copy.ts';
import type { PublicKeys } from './public-keys.ts';
import { parseSupergraph, type Supergraph } from './read-supergraph.ts';
import type { RemoteAddress } from './remote-address.ts';
import { LastJudged, type SupergraphSource } from './source.ts';
import { SupergraphRefused } from './supergraph-refused.ts';
import { verifySignature } from './verify-signature.ts';

export interface UrlParts {
  readonly address: RemoteAddress;
  readonly polling: Pick<Config['supergraph']['polling'], 'everyMs'>;
  readonly keepFile: string | undefined;
  /** Undefined where no signature is demanded. */
  readonly keys: Followed<PublicKeys> | undefined;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: Logger;
}

/** How much later than configured the next look may be, so that many gateways do not ask at once. */
const JITTER = 0.2;
const SIGNATURE_HEADER = 'supergraph-signature';
const CONTENT_TYPES =
  /^(?:text\/plain|application\/(?:graphql|octet-stream)|binary\/octet-stream)\s*(?:;|$)/i;

type Validators = Readonly<Record<string, string>>;

interface Fetched extends SignedBytes {
  readonly validators: Validators;
}

/** What was judged last: the hash of its bytes, and by what the next question is conditional. */
interface Known {
  readonly hash: string;
  readonly validators: Validators;
}

export function createUrlSource(parts: UrlParts): SupergraphSource {
  const { address, polling, keepFile, keys, random, log } = parts;
  const judged = new LastJudged();
  const stopped = new AbortController();
  let known: Known = { hash: '', validators: {} };
  let read: Fetched | undefined;

  async function fetchNow(): Promise<Fetched | 'unmodified'> {
    const answer = await address.ask('', known.validators, stopped.signal);
    if (answer.status === 304 && known.hash !== '') return 'unmodified';
    checkAnswer(address.name, answer);
    const { bytes, headers } = answer;
    const signature = keys === undefined ? undefined : (headers[SIGNATURE_HEADER] ?? (await askSignature()));
    return { bytes, signature, validators: validatorsOf(answer) };
  }

  async function askSignature(): Promise<string | undefined> {
    const { status, bytes } = await address.ask('.sig', {}, stopped.signal);
    return status === 200 ? bytes.toString('latin1') : undefined;
  }

  async function readNow(): Promise<Supergraph | 'unchanged'> {
    read = undefined;
    const fetched = await fetchNow();
    if (fetched === 'unmodified') return sameAsKnown(known.hash);
    const { bytes, signature, validators } = fetched;
    if (keys !== undefined) await verifySignature(address.name, bytes, { signature, keys: keys.latest() });
    const hash = hashOf(bytes);
    if (hash === known.hash) {
      known = { hash, validators };
      return sameAsKnown(hash);
    }
    read = fetched;
    return parseSupergraph(address.name, decodeText(address.name, bytes), { isForeign: true });
  }

  /** Throws why it was refused. */
  function sameAsKnown(hash: string): 'unchanged' {
    judged.isServed(hash);
    return 'unchanged';
  }

  async function keep(copy: SignedBytes): Promise<void> {
    if (keepFile === undefined) return;
    await keepCopy(keepFile, copy).catch((error: unknown) => {
      log.error({ keepFile, cause: describeError(error) }, 'the last good supergraph could not be kept');
    });
  }

  return {
    read: () =>
      readNow().catch((error: unknown) => {
        // Whoever ends does not want to hear that what was asked for is given up.
        if (stopped.signal.aborted) return 'unchanged';
        throw error;
      }),
    async judge(refusal) {
      // What is no verdict on the supergraph may be different next time, though the supergraph is the same.
      if (read === undefined || (refusal !== undefined && !(refusal instanceof StartRefused))) return;
      const { validators, ...copy } = read;
      read = undefined;
      known = { hash: hashOf(copy.bytes), validators };
      judged.remember(known.hash, refusal);
      if (refusal === undefined) await keep(copy);
    },
    readKept: () => (keepFile === undefined ? Promise.resolve(undefined) : readKeptCopy(keepFile, keys)),
    watch(look) {
      let timer: NodeJS.Timeout | undefined;
      const wait = () => {
        const delayMs = polling.everyMs * (1 + JITTER * random());
        timer = setTimeout(() => void look().then(() => stopped.signal.aborted || wait()), delayMs).unref();
      };
      wait();
      stopped.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    },
    stop: () => stopped.abort(),
  };
}

function checkAnswer(name: string, { status, headers }: Answer): void {
  if (status !== 200) {
    throw new SupergraphRefused('unexpected_status', [`The supergraph ${name} answers ${status}.`]);
  }
  const type = headers['content-type'] ?? 'text/plain';
  const charset = /charset=\s*"?(?<name>[^\s";]+)/i.exec(type)?.groups?.['name'] ?? 'utf-8';
  if (CONTENT_TYPES.test(type) && /^(?:utf-?8|us-ascii)$/i.test(charset)) return;
  throw new SupergraphRefused('wrong_content', [
    `The supergraph ${name} is not sent as text/plain, application/graphql or application/octet-stream in UTF-8.`,
  ]);
}

function validatorsOf({ headers: { etag, 'last-modified': lastModified } }: Answer): Validators {
  return {
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
  };
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
