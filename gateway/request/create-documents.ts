/**
 * All about the documents that are known by an id: which are trusted now, which of them cannot be run, what clients
 * have stored, and how a request is resolved. Knows neither HTTP nor when a file changes.
 */

import type { Principal } from '../../schema/contract/principal.ts';
import { GatewayError } from '../base/gateway-error.ts';
import { allOrRefused, StartRefused } from '../base/start-refused.ts';
import type { Config } from '../config/options.ts';
import { createAutomaticDocuments, type AutomaticDocuments } from '../operation/automatic-documents.ts';
import type { Limits } from '../operation/create-limits.ts';
import type { SharedStore } from '../store/shared-store.ts';
import { describeError, type Logger } from '../telemetry/create-logger.ts';
import { DocumentCounts } from './document-counts.ts';
import { prepareDocuments, type PreparedDocuments } from './prepare-documents.ts';
import { readManifests, type ReadManifests } from './read-manifests.ts';
import { createResolver, type ResolveDocument } from './resolve-document.ts';
import type { Snapshot } from './snapshot.ts';
import { createUnlistedLog } from './unlisted-log.ts';

/** For operators. Which documents cannot be run, and why a manifest was refused, is in the log. */
export interface DocumentsState {
  readonly mode: Config['documents']['mode'];
  /** How many documents are trusted. */
  readonly listed: number;
  /** How many of them cannot be run under the supergraph that was looked at last. */
  readonly unusable: number;
  /** The last change of the manifests that was refused, until one is taken over. */
  readonly refused?: { readonly at: string };
}

export interface Documents {
  readonly mode: DocumentsState['mode'];
  readonly resolve: ResolveDocument;
  /**
   * Throws DOCUMENT_NOT_TRUSTED where the text may not be run for the principal. Asked once more right before anything
   * is run: a door that forgets to resolve is closed then, not open.
   */
  readonly hold: (text: string, principal: Principal) => void;
  readonly counts: DocumentCounts;
  readonly state: () => DocumentsState;
  readonly stored: AutomaticDocuments['size'];
  /** Checks and readies the trusted documents for a snapshot, and tells what cannot be run. Never rejects. */
  readonly prepare: (snapshot: Snapshot, isInVain: () => boolean) => Promise<void>;
  /**
   * Reads the manifests again, one reading after another. Whether other documents are trusted now. Never rejects: bad
   * ones are refused.
   */
  readonly reload: () => Promise<boolean>;
}

export interface DocumentsParts {
  readonly limits: Limits;
  readonly log: Logger;
  /** Where processes share what clients store. */
  readonly store: SharedStore | Promise<SharedStore>;
}

/** A list of thousands of problems helps nobody. */
const MOST_TOLD = 100;

/** Rejects with StartRefused where a manifest cannot be used, or the store. */
export async function createDocuments(
  { documents: options, readiness }: Pick<Config, 'documents' | 'readiness'>,
  parts: DocumentsParts,
): Promise<Documents> {
  const files = options.mode === 'off' ? [] : options.manifests.map(({ file }) => file);
  const own = readiness.operation;
  const [read, store] = await allOrRefused([readManifests(files, parts.limits), parts.store]);
  return new KnownDocuments(files, read, { ...parts, store, options, own });
}

interface KnownParts extends DocumentsParts {
  readonly store: SharedStore;
  readonly options: Config['documents'];
  /** What the gateway asks itself. */
  readonly own: string | undefined;
}

class KnownDocuments implements Documents {
  readonly mode: DocumentsState['mode'];
  readonly resolve: ResolveDocument;
  readonly counts = new DocumentCounts();
  readonly #files: readonly string[];
  readonly #parts: KnownParts;
  readonly #automatic: AutomaticDocuments | undefined;
  #current: ReadManifests;
  #unusable = 0;
  #refused: DocumentsState['refused'];
  #reloading: Promise<unknown> = Promise.resolve();

  constructor(files: readonly string[], read: ReadManifests, parts: KnownParts) {
    const { mode, bypassScope, automatic } = parts.options;
    const { store } = parts;
    this.mode = mode;
    this.#files = files;
    this.#current = read;
    this.#parts = parts;
    if (automatic.enabled && mode !== 'only') {
      const nowMs = () => performance.now();
      // Behind the memory of this process another one in it would be no help.
      const shared = store.state.kind === 'memory' ? undefined : store;
      this.#automatic = createAutomaticDocuments({ options: automatic, shared, nowMs });
    }
    this.resolve = createResolver({
      mode,
      bypassScope,
      list: () => this.#current.list,
      automatic: this.#automatic,
      counts: this.counts,
      unlisted: createUnlistedLog(),
    });
  }

  readonly state = (): DocumentsState => ({
    mode: this.mode,
    listed: this.#current.list.all.length,
    unusable: this.#unusable,
    ...(this.#refused === undefined ? {} : { refused: this.#refused }),
  });

  readonly hold = (text: string, { scopes }: Principal): void => {
    const { options, own } = this.#parts;
    if (options.mode !== 'only' || text === own || this.#current.list.byText(text) !== undefined) return;
    if (options.bypassScope === undefined || !scopes.includes(options.bypassScope))
      throw new GatewayError('DOCUMENT_NOT_TRUSTED');
  };

  readonly stored = () => this.#automatic?.size() ?? { documents: 0, bytes: 0 };

  readonly prepare = async (snapshot: Snapshot, isInVain: () => boolean): Promise<void> => {
    if (this.#current.list.all.length === 0) return;
    await this.#prepareNow(snapshot, isInVain).catch((error: unknown) => {
      this.#parts.log.error({ cause: describeError(error) }, 'trusted documents could not be prepared');
    });
  };

  reload(): Promise<boolean> {
    // Each manifest is watched by itself: of two readings at once, the one that ends last may be the older one.
    const reloaded = this.#reloading.then(() => this.#reloadNow());
    this.#reloading = reloaded;
    return reloaded;
  }

  async #reloadNow(): Promise<boolean> {
    const { limits, log } = this.#parts;
    try {
      const next = await readManifests(this.#files, limits);
      this.#refused = undefined;
      if (next.stamp === this.#current.stamp) return false;
      log.info(changeOf(this.#current, next), 'trusted documents taken over');
      this.#current = next;
      return true;
    } catch (error) {
      const reasons = error instanceof StartRefused ? error.problems : [describeError(error)];
      this.#refused = { at: new Date().toISOString() };
      log.error({ reasons }, 'manifests refused; the old documents stay trusted');
      return false;
    }
  }

  async #prepareNow(snapshot: Snapshot, isInVain: () => boolean): Promise<void> {
    const { list } = this.#current;
    const { options, limits, log } = this.#parts;
    const deadlineMs = performance.now() + options.prepareMs;
    const prepared = await prepareDocuments(snapshot, { documents: list.all, limits, deadlineMs, isInVain });
    if (isInVain()) return;
    this.#unusable = prepared.problems.length;
    tell(prepared, { listed: list.all.length, options, log });
    // Others may be trusted by now.
    if (list !== this.#current.list) await this.#prepareNow(snapshot, isInVain);
  }
}

function changeOf({ list: before }: ReadManifests, { list: after }: ReadManifests) {
  const added = after.all.filter(({ text }) => before.byText(text) === undefined).length;
  const removed = before.all.filter(({ text }) => after.byText(text) === undefined).length;
  return { listed: after.all.length, added, removed };
}

interface Told {
  readonly listed: number;
  readonly options: Config['documents'];
  readonly log: Logger;
}

function tell({ problems, prepared, isComplete }: PreparedDocuments, { listed, options, log }: Told): void {
  if (problems.length > 0) {
    const facts = { unusable: problems.length, documents: problems.slice(0, MOST_TOLD) };
    // Where nothing else is run, whoever needs one of them gets nothing.
    log[options.mode === 'only' ? 'error' : 'warn'](facts, 'trusted documents cannot be run');
  }
  if (options.prepareMs === 0) return;
  log[isComplete ? 'info' : 'warn'](
    { listed, prepared },
    isComplete ? 'trusted documents are prepared' : 'not all trusted documents were prepared in time',
  );
}
