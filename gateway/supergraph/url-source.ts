/**
 * A supergraph from an address that is asked again and again: its signature where one is demanded, the validators by
 * which the next question is conditional, and the copy that is kept of the last good one. Knows no GraphQL.
 */

import { createHash } from 'node:crypto';

import type { Followed } from '../../schema/contract/follow-files.ts';
import { describeError, type Logger } from '../telemetry/create-logger.ts';
import type { Answer } from './ask-address.ts';
import { decodeText } from './decode-text.ts';
import { keepCopy, readKeptCopy, type SignedBytes } from './kept-copy.ts';
import type { PublicKeys } from './public-keys.ts';
import { parseSupergraph, type Supergraph } from './read-supergraph.ts';
import type { RemoteAddress } from './remote-address.ts';
import { LastJudged, type Reading, type SupergraphSource } from './source.ts';
import { isVerdict, SupergraphRefused } from './supergraph-refused.ts';
import { verifySignature } from './verify-signature.ts';

export interface UrlParts {
  readonly address: RemoteAddress;
  /** From one look to the next, at least. */
  readonly everyMs: number;
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

export class UrlSource implements SupergraphSource {
  readonly #parts: UrlParts;
  readonly #judged = new LastJudged();
  readonly #stopped = new AbortController();
  #known: Known = { hash: '', validators: {} };
  /** Until it is judged. */
  #read: Fetched | undefined;

  constructor(parts: UrlParts) {
    this.#parts = parts;
  }

  async read(): Promise<Reading> {
    this.#read = undefined;
    try {
      return await this.#readNow();
    } catch (error) {
      // Whoever ends does not want to hear that what was asked for is given up.
      if (this.#stopped.signal.aborted) return 'given up';
      throw error;
    }
  }

  async judge(refusal?: unknown): Promise<void> {
    if (this.#read === undefined) return;
    const { validators, ...copy } = this.#read;
    this.#read = undefined;
    if (!isVerdict(refusal)) return;
    this.#known = { hash: hashOf(copy.bytes), validators };
    this.#judged.remember(this.#known.hash, refusal);
    if (refusal === undefined) await this.#keep(copy);
  }

  async readKept(): Promise<Supergraph | undefined> {
    const { keepFile, keys } = this.#parts;
    return keepFile === undefined ? undefined : readKeptCopy(keepFile, keys);
  }

  watch(look: () => Promise<void>): void {
    const { everyMs, random } = this.#parts;
    const { signal } = this.#stopped;
    let timer: NodeJS.Timeout | undefined;
    const wait = () => {
      if (signal.aborted) return;
      timer = setTimeout(() => void look().then(wait), everyMs * (1 + JITTER * random())).unref();
    };
    wait();
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #readNow(): Promise<Reading> {
    const { address, keys } = this.#parts;
    const fetched = await this.#fetch();
    if (fetched === 'unmodified') return this.#sameAsKnown();
    const { bytes, signature, validators } = fetched;
    if (keys !== undefined) await verifySignature(address.name, bytes, { signature, keys: keys.latest() });
    const hash = hashOf(bytes);
    if (hash === this.#known.hash) {
      this.#known = { hash, validators };
      return this.#sameAsKnown();
    }
    this.#read = fetched;
    return parseSupergraph(address.name, decodeText(address.name, bytes), { isForeign: true });
  }

  /** Throws why it was refused. */
  #sameAsKnown(): 'unchanged' {
    this.#judged.isServed(this.#known.hash);
    return 'unchanged';
  }

  async #fetch(): Promise<Fetched | 'unmodified'> {
    const { address, keys } = this.#parts;
    const { hash, validators } = this.#known;
    const answer = await address.ask('', validators, this.#stopped.signal);
    if (answer.status === 304 && hash !== '') return 'unmodified';
    checkAnswer(address.name, answer);
    const { bytes, headers } = answer;
    const signature =
      keys === undefined ? undefined : (headers[SIGNATURE_HEADER] ?? (await this.#askSignature()));
    return { bytes, signature, validators: validatorsOf(answer) };
  }

  async #askSignature(): Promise<string | undefined> {
    const { status, bytes } = await this.#parts.address.ask('.sig', {}, this.#stopped.signal);
    return status === 200 ? bytes.toString('latin1') : undefined;
  }

  async #keep(copy: SignedBytes): Promise<void> {
    const { keepFile, log } = this.#parts;
    if (keepFile === undefined) return;
    await keepCopy(keepFile, copy).catch((error: unknown) => {
      log.error({ keepFile, cause: describeError(error) }, 'the last good supergraph could not be kept');
    });
  }
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
