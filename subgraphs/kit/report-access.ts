/**
 * What a running subgraph tells of its rules: a rule that threw, where a dry run differs, what was decided about
 * sensitive fields, and roles that nobody knows. Facts only, never a value. Knows no schema.
 */

import type { Logger } from 'pino';

import { isRole, type Principal } from '../../schema/contract/principal.ts';
import type { DecisionFacts } from './decision-chain.ts';
import type { DecisionLog } from './decision-log.ts';
import { causeOf } from './fault.ts';
import { hashPermissions, type Permissions } from './permissions.ts';
import type { RuleContext } from './rule.ts';
import type { Decision, Difference, GuardOptions } from './shield.ts';
import type { Verdict } from './verdict.ts';

export interface AccessOptions {
  readonly log: Logger;
  readonly permissions: Permissions;
  /** Asked beside the live ones; only told. */
  readonly dryRunPermissions?: Permissions | undefined;
  readonly decisionLog?: DecisionLog | undefined;
}

export interface AccessReport {
  readonly guardOptions: GuardOptions;
  /** To be called once for each request, before anything is answered. */
  readonly onPrincipal: (principal: Principal) => void;
  /** To be called once for each request, when its answer is there: writes down what was decided. */
  readonly finish: (context: RuleContext) => void;
}

type Told = DecisionFacts['verdict'];

/** Nobody has that many; a caller who makes them up must not fill the memory. */
const MOST_ROLES = 1000;

export function reportAccess({
  log,
  permissions,
  dryRunPermissions,
  decisionLog,
}: AccessOptions): AccessReport {
  const decisions = decisionLog && collectDecisions(decisionLog, hashPermissions(permissions));
  let faults = 0;
  return {
    guardOptions: {
      onFault: ({ rule, error, context: { requestId } }) => {
        faults++;
        log.error({ rule, requestId, ruleFaults: faults, err: causeOf(error) }, 'a rule failed');
      },
      ...(decisions && { onDecision: decisions.onDecision }),
      ...(dryRunPermissions && {
        dryRun: { permissions: dryRunPermissions, onDifference: tellDifferences(log) },
      }),
    },
    onPrincipal: tellUnknownRoles(log),
    finish: (context) => decisions?.finish(context),
  };
}

function tellUnknownRoles(log: Logger): (principal: Principal) => void {
  const told = new Set<string>();
  return ({ roles }) => {
    for (const role of roles) {
      if (isRole(role) || told.has(role) || told.size >= MOST_ROLES) continue;
      told.add(role);
      log.warn({ role }, 'a role is not known and grants nothing');
    }
  };
}

/** One line for each request and field, however many objects it has. */
function tellDifferences(log: Logger): (difference: Difference) => void {
  const told = new WeakMap<RuleContext, Set<string>>();
  let dryRunDifferences = 0;
  return ({ field, rule, verdict, dryRule, dryVerdict, context }) => {
    dryRunDifferences++;
    const [live, dry] = [nameOf(verdict), nameOf(dryVerdict)];
    const line = `${field} ${live} ${dry}`;
    const lines = told.get(context) ?? new Set();
    told.set(context, lines);
    if (lines.has(line)) return;
    lines.add(line);
    const { requestId } = context;
    log.warn(
      { field, rule, live, dryRule, dry, requestId, dryRunDifferences },
      'the dry run decides otherwise',
    );
  };
}

function collectDecisions(decisionLog: DecisionLog, policy: string) {
  const open = new WeakMap<RuleContext, Map<string, { readonly rule: string; readonly verdict: Told }>>();
  return {
    onDecision: ({ field, rule, verdict, context }: Decision) => {
      const ofRequest = open.get(context) ?? new Map<string, { rule: string; verdict: Told }>();
      open.set(context, ofRequest);
      const told = nameOf(verdict);
      const before = ofRequest.get(field)?.verdict ?? told;
      ofRequest.set(field, { rule, verdict: before === told ? told : 'partly' });
    },
    finish: (context: RuleContext) => {
      const decided = open.get(context);
      if (decided === undefined) return;
      open.delete(context);
      const { subject } = context.principal;
      const requestId = context.requestId ?? '';
      decisionLog.append(
        [...decided].map(([field, { rule, verdict }]) => ({
          subject,
          requestId,
          field,
          rule,
          verdict,
          policy,
        })),
      );
    },
  };
}

function nameOf(verdict: Verdict): Told {
  if (verdict === true) return 'allowed';
  return verdict === false ? 'denied' : 'failed';
}
