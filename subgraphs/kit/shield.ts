/**
 * Makes a schema enforce a `permissions.ts`: every field is judged by its rule on every path that leads to it, and
 * what has no rule cannot be served. graphql-shield is what the rules mean; `judge.ts` asks them. Closes the traps of
 * shield that `schema/decisions/shield-enforced-field-by-field.md` lists.
 */

import {
  defaultFieldResolver,
  isObjectType,
  type GraphQLError,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';

import { askArguments, askerOf, type AskField } from './ask-field.ts';
import { checkPermissions } from './check-permissions.ts';
import { guardResolver, resolveUnlessRefused, type GuardedField } from './guarded-field.ts';
import { createJudge, type CompileRule, type OnRuleFault } from './judge.ts';
import { KnownError } from './known-error.ts';
import { refuseWholeMutations } from './mutation-refusal.ts';
import type { Permission, Permissions } from './permissions.ts';
import { keepVerdicts, type FindVerdicts } from './request-verdicts.ts';
import type { RuleContext } from './rule.ts';
import { shapeOf } from './rule-shape.ts';
import type { SettledOutcome, Verdict } from './verdict.ts';

/** What a guard came to at one field of one object. */
export interface Decision {
  /** `Type.field`. */
  readonly field: string;
  readonly rule: string;
  readonly verdict: Verdict;
  readonly context: RuleContext;
}

export interface Difference extends Decision {
  readonly dryRule: string;
  readonly dryVerdict: Verdict;
}

export interface GuardOptions {
  /** Hears of every rule that threw, once for each time that it was run. */
  readonly onFault?: OnRuleFault;
  /** Hears of every verdict on a field that is marked sensitive. */
  readonly onDecision?: (decision: Decision) => void;
  /** A second set of permissions that is asked beside the first and changes nothing. */
  readonly dryRun?: { readonly permissions: Permissions; readonly onDifference: (found: Difference) => void };
}

type Field = GraphQLField<unknown, RuleContext>;

/** One set of permissions, ready to be asked; each keeps its own verdicts. */
interface Guard {
  readonly permissions: Permissions;
  readonly compile: CompileRule;
  readonly find: FindVerdicts;
}

/** Puts a guard before the fields of this very schema, and gives it back. Throws when the permissions are not whole. */
export function guardSchema(
  schema: GraphQLSchema,
  permissions: Permissions,
  options: GuardOptions = {},
): GraphQLSchema {
  checkPermissions(schema, permissions);
  if (options.dryRun !== undefined)
    checkPermissions(schema, options.dryRun.permissions, 'permissions of the dry run');
  const live = createGuard(permissions, options.onFault);
  const dry = options.dryRun && createGuard(options.dryRun.permissions, () => undefined);
  const guarded = new Map<string, GuardedField>();
  for (const { name, field, permission } of fieldsIn(schema, permissions)) {
    const guardedField = guardedFieldOf(name, permission, live, options);
    const isOpen = isOpenToAll(permission);
    if (!isOpen) guarded.set(name, guardedField);
    const askLive: AskField = isOpen ? () => true : askerOf(guardedField.rule, live.find);
    const askNoted = noting(askLive, guardedField);
    const ask = dry === undefined ? askNoted : besides(askNoted, guardedField, dry, options);
    if (!isOpen || ask !== askLive) field.resolve = guardResolver(field, guardedField, ask);
    if (!isOpen && field.subscribe) guardStream(field, guardedField, live.find);
  }
  guardMutations(schema, guarded, live.find);
  return schema;
}

function createGuard(permissions: Permissions, onFault: OnRuleFault = () => undefined): Guard {
  return { permissions, compile: createJudge(onFault), find: keepVerdicts() };
}

function isOpenToAll([rule, , marks]: Permission): boolean {
  const shape = shapeOf(rule.shield);
  return shape.kind === 'constant' && shape.allows && marks?.sensitive !== true;
}

/** The fields that have a rule. What the federation adds has none, on purpose: the caller proof guards it. */
function* fieldsIn(schema: GraphQLSchema, permissions: Permissions) {
  for (const [typeName, fields] of Object.entries(permissions.fields)) {
    const type = schema.getType(typeName);
    if (!isObjectType(type)) continue;
    for (const [fieldName, permission] of Object.entries(fields)) {
      // Reason for the cast: graphql-js types all contexts as any.
      const field = type.getFields()[fieldName] as Field | undefined;
      if (field !== undefined) yield { name: `${typeName}.${fieldName}`, field, permission };
    }
  }
}

function guardedFieldOf(
  name: string,
  [rule, why, marks]: Permission,
  { compile }: Guard,
  { onDecision }: GuardOptions,
): GuardedField {
  const denial = new KnownError('FORBIDDEN', { reason: why, details: { field: name, rule: rule.name } });
  const guarded = { name, rule: compile(rule), denial };
  if (marks?.sensitive !== true || onDecision === undefined) return guarded;
  return {
    ...guarded,
    note: (verdict, context) => onDecision({ field: name, rule: rule.name, verdict, context }),
  };
}

function noting(ask: AskField, { note }: GuardedField): AskField {
  if (note === undefined) return ask;
  return (parent, given, context, info) => {
    const verdict = ask(parent, given, context, info);
    if (verdict instanceof Promise) void verdict.then((settled) => note(settled, context));
    else note(verdict, context);
    return verdict;
  };
}

/** Asks the dry run beside the live rules and tells where they differ; the live verdict stands. */
function besides(
  askLive: AskField,
  { name, rule }: GuardedField,
  dry: Guard,
  { dryRun }: GuardOptions,
): AskField {
  const [typeName = '', fieldName = ''] = name.split('.');
  const permission = dry.permissions.fields[typeName]?.[fieldName];
  if (permission === undefined || dryRun === undefined) return askLive;
  const dryRule = dry.compile(permission[0]);
  const askDry = askerOf(dryRule, dry.find);
  return (parent, given, context, info) => {
    const verdict = askLive(parent, given, context, info);
    const compare = (live: Verdict, dryVerdict: Verdict) => {
      if ((live === true) === (dryVerdict === true)) return;
      const told = { field: name, rule: rule.rule.name, verdict: live, context };
      dryRun.onDifference({ ...told, dryRule: dryRule.rule.name, dryVerdict });
    };
    const dryVerdict = askDry(parent, given, context, info);
    if (verdict instanceof Promise || dryVerdict instanceof Promise)
      void Promise.all([verdict, dryVerdict]).then(([live, other]) => compare(live, other));
    else compare(verdict, dryVerdict);
    return verdict;
  };
}

/** Shield asks once for a stream or only for its events; here a stream opens only to who may, and each event is judged. */
function guardStream(field: Field, { rule, denial }: GuardedField, find: FindVerdicts): void {
  const { subscribe = defaultFieldResolver } = field;
  field.subscribe = resolveUnlessRefused(subscribe, (context, info, given) => {
    const outcome = askArguments(rule, find(context, info.variableValues), { given, context });
    const refusalOf = (settled: SettledOutcome): GraphQLError | undefined =>
      settled === false ? denial : settled instanceof Error ? settled : undefined;
    return outcome instanceof Promise ? outcome.then(refusalOf) : refusalOf(outcome);
  });
}

function guardMutations(
  schema: GraphQLSchema,
  guarded: ReadonlyMap<string, GuardedField>,
  find: FindVerdicts,
): void {
  const refuse = refuseWholeMutations(guarded, find);
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    field.resolve = resolveUnlessRefused(field.resolve ?? defaultFieldResolver, refuse);
  }
}
