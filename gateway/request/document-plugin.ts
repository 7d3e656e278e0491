/**
 * The last look at a document before it is run by the server library, whatever door the request came by: whether it
 * may be run, and, once it is known to be valid, whether the client wants it stored. Knows no id.
 */

import type { ApolloServerPlugin } from '@apollo/server';

import type { Principal } from '../../schema/contract/principal.ts';
import { answerable } from '../execution/answerable.ts';
import type { RequestContext } from './request-context.ts';

export interface DocumentGuard {
  /** Throws DOCUMENT_NOT_TRUSTED where the text may not be run for the principal. */
  readonly hold: (text: string, principal: Principal) => void;
}

export function documentPlugin({ hold }: DocumentGuard): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didResolveOperation({ source, contextValue }) {
          try {
            hold(source, contextValue.principal);
          } catch (error) {
            throw answerable(error);
          }
          return Promise.resolve();
        },
        executionDidStart({ contextValue }) {
          contextValue.keepDocument?.();
          return Promise.resolve();
        },
      }),
  };
}
