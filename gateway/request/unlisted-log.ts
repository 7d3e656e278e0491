/**
 * The documents that are asked and not listed, each told to operators once: so that they can be listed before nothing
 * else is run. Of a flood of them the latest are remembered. Knows no rule about what may be asked.
 */

import { LRUCache } from 'lru-cache';

import { hashOfText } from '../operation/document-list.ts';
import { shortId } from '../operation/read-manifest.ts';
import type { Logger } from '../telemetry/create-logger.ts';

const MOST_REMEMBERED = 10_000;
/** The name of an operation stands at its beginning, unless fragments come first. */
const NAME = /^[^{"#]{0,200}?\b(?:query|mutation|subscription)\s+(?<name>[_A-Za-z]\w{0,99})/;

export interface UnlistedDocument {
  /** Of these two at least one is there. */
  readonly text: string | undefined;
  readonly id: string | undefined;
  readonly operationName: unknown;
  readonly clientName: string | undefined;
  /** Whether it is run all the same. */
  readonly isRun: boolean;
}

export type UnlistedLog = (document: UnlistedDocument, log: Logger) => void;

export function createUnlistedLog(): UnlistedLog {
  const told = new LRUCache<string, true>({ max: MOST_REMEMBERED });
  return ({ text, id, operationName, clientName, isRun }, log) => {
    const hash = text === undefined ? undefined : hashOfText(text);
    const name = hash ?? `id ${shortId(id ?? '')}`;
    if (told.get(name) !== undefined) return;
    told.set(name, true);
    const facts = {
      ...(hash === undefined ? {} : { hash }),
      ...(id === undefined ? {} : { id: shortId(id) }),
      operationName: nameOf(operationName, text),
      client: clientName,
    };
    log.warn(facts, isRun ? 'document is not listed' : 'document refused, because it is not listed');
  };
}

function nameOf(operationName: unknown, text: string | undefined): string | undefined {
  if (typeof operationName === 'string') return shortId(operationName);
  return text === undefined ? undefined : NAME.exec(text)?.groups?.['name'];
}
