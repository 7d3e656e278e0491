/**
 * One HTTP request from its first header to its last byte, whoever answers it: a door of our own or the web framework.
 * What is known of it so far. Knows no framework and no GraphQL.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Account } from '../request/account.ts';
import type { LazyContext } from '../request/request-context.ts';
import type { Place } from './admission.ts';
import type { AskedRequest } from './named-document.ts';
import type { ShortAnswer } from './short-way.ts';

declare module 'node:net' {
  interface Socket {
    /** What is read or answered there now, for as long as it is. */
    visit?: Visit | undefined;
  }
}

declare module 'node:http' {
  interface IncomingMessage {
    /** From the moment on when somebody has begun to answer it. */
    visit?: Visit;
  }
}

export class Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Another one as soon as it is known who asks. */
  context: LazyContext;
  /** The path as it was declared; undefined where there is nothing. */
  route: string | undefined;
  /** What it uses up; undefined where nothing limits it. */
  account: Account | undefined;
  /** Taken before the body is read; free when the response has closed, if not before. */
  place: Place | undefined;
  /** Settled once it is known who asks, and that they may; undefined where nobody has asked that yet. */
  admitted: Promise<void> | undefined;
  /** What was found out before the framework got it. */
  known: KnownBefore | undefined;
  /** Of the body, where it was known before it was sent. */
  contentLength: (() => number | string | string[] | undefined) | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, context: LazyContext) {
    this.request = request;
    this.response = response;
    this.context = context;
  }

  /** Of every answer. */
  get headers(): Readonly<Record<string, string>> {
    return {
      'x-request-id': this.context.requestId,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    };
  }
}

/** The body has been read, and is not there to be read again. */
export interface KnownBefore {
  readonly body: Buffer;
  /** Undefined where the body is nothing to ask from. */
  readonly asked?: Promise<AskedRequest>;
  /** Undefined, later, where it is not to be answered so. */
  readonly short?: Promise<ShortAnswer | undefined>;
}
