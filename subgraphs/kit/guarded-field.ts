/**
 * One field and what guards it; and the resolver that asks before it answers. Knows no permissions file.
 */

import {
  defaultFieldResolver,
  type GraphQLError,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
} from 'graphql';

import type { AskField } from './ask-field.ts';
import type { CompiledRule } from './judge.ts';
import type { RuleContext } from './rule.ts';
import type { Verdict } from './verdict.ts';

export interface GuardedField {
  /** `Type.field`. */
  readonly name: string;
  readonly rule: CompiledRule;
  /** Said to whoever is denied; the same for all of them. */
  readonly denial: GraphQLError;
  /** Who wants to hear of every verdict. */
  readonly note?: (verdict: Verdict, context: RuleContext) => void;
}

type Field = GraphQLField<unknown, RuleContext>;
type Resolve = GraphQLFieldResolver<unknown, RuleContext>;

/** `ask` is told of every object; what it does not allow is an error in its place. */
export function guardResolver(field: Field, { denial }: GuardedField, ask: AskField): Resolve {
  const resolve = field.resolve ?? defaultFieldResolver;
  return (parent, given, context, info) => {
    const verdict = ask(parent, given, context, info);
    if (verdict === true) return resolve(parent, given, context, info);
    if (verdict instanceof Promise)
      return verdict.then((settled) =>
        settled === true ? resolve(parent, given, context, info) : settled || denial,
      );
    return verdict || denial;
  };
}

type BeforeAnything = (
  context: RuleContext,
  info: GraphQLResolveInfo,
  given: unknown,
) => GraphQLError | undefined | Promise<GraphQLError | undefined>;

/** Asks `refuse` first; what it gives is thrown, and nothing else happens. */
export function resolveUnlessRefused(inner: Resolve, refuse: BeforeAnything): Resolve {
  return (parent, given, context, info) => {
    const refusal = refuse(context, info, given);
    if (refusal === undefined) return inner(parent, given, context, info);
    if (!(refusal instanceof Promise)) throw refusal;
    return refusal.then((settled) => {
      if (settled !== undefined) throw settled;
      return inner(parent, given, context, info);
    });
  };
}
