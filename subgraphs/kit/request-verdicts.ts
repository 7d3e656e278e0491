/**
 * What was already judged within one execution. Kept by the context object itself, so that no two requests share a
 * verdict; forgotten when another principal stands in the context, or when a subscription goes on to its next event.
 */

import type { Principal } from '../../schema/contract/principal.ts';
import type { RuleContext } from './rule.ts';
import type { Outcome } from './verdict.ts';

export interface RequestVerdicts {
  readonly principal: Principal;
  readonly execution: object;
  /** By rule: what the principal alone decides, or that it does not. */
  readonly byRule: (Outcome | undefined)[];
  /** By test. */
  readonly byPrincipal: (Outcome | undefined)[];
  readonly byObject: Map<unknown, Outcome>[];
  /** By rule: the object that was judged last, because the fields of one object are asked for one after another. */
  readonly lastObject: unknown[];
  readonly lastOutcome: (Outcome | undefined)[];
}

export type FindVerdicts = (context: RuleContext, execution: object) => RequestVerdicts;

/** `execution` is an object that each execution has anew, such as graphql-js's `info.variableValues`. */
export function keepVerdicts(): FindVerdicts {
  const kept = new WeakMap<RuleContext, RequestVerdicts>();
  return (context, execution) => {
    const known = kept.get(context);
    if (known?.execution === execution && known.principal === context.principal) return known;
    const fresh: RequestVerdicts = {
      principal: context.principal,
      execution,
      byRule: [],
      byPrincipal: [],
      byObject: [],
      lastObject: [],
      lastOutcome: [],
    };
    kept.set(context, fresh);
    return fresh;
  };
}
