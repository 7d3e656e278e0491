/**
 * Executes the cells of subscriptions: everybody watches at the subgraph, then something of another customer changes and
 * something of the own one. Who has heard of the second by then has heard of the first or never will.
 */

import { isRecord } from '../../gateway/base/is-record.ts';
import { principalOf, worldsOf, type Asker, type Whose } from './asker.ts';
import type { ThingsOf } from './find-things.ts';
import { causeChange } from './mutation-attempts.ts';
import type { PolicyLine } from './policy.ts';
import { isRefusal, refusalSeen, type Seen } from './read-cells.ts';
import type { Answer, ServedCompany, WatchedStream } from './serve-company.ts';

export interface SubscriptionCell {
  readonly line: PolicyLine;
  readonly asker: Asker;
  readonly seen: Readonly<Record<Whose, Seen>>;
  readonly executions: number;
}

interface Executing {
  readonly company: ServedCompany;
  readonly things: ThingsOf;
}

export function isWatched({ type }: Pick<PolicyLine, 'type'>): boolean {
  return type === 'Subscription';
}

export async function executeSubscriptions(
  lines: readonly PolicyLine[],
  askers: readonly Asker[],
  executing: Executing,
): Promise<readonly SubscriptionCell[]> {
  const cells: SubscriptionCell[] = [];
  for (const line of lines.filter(isWatched)) cells.push(...(await executeLine(line, askers, executing)));
  return cells;
}

async function executeLine(
  line: PolicyLine,
  askers: readonly Asker[],
  { company, things }: Executing,
): Promise<readonly SubscriptionCell[]> {
  const query = `subscription { ${line.field} { id } }`;
  const streams = await Promise.all(
    askers.map(async (asker) => ({
      asker,
      stream: await company.watchSubgraph(line.system, principalOf(asker), { query }),
    })),
  );
  const changes: Changes = {
    other: await causeChange(line.field, things.other, company),
    own: await causeChange(line.field, things.own, company),
  };
  return Promise.all(
    streams.map(async ({ asker, stream }) => ({
      line,
      asker,
      seen: await seenIn(stream, line, changes).finally(stream.close),
      executions: worldsOf(asker).length,
    })),
  );
}

/** The ids of what has changed, the other's first. */
type Changes = Readonly<Record<Whose, string>>;

async function seenIn(
  stream: WatchedStream,
  line: PolicyLine,
  changes: Changes,
): Promise<SubscriptionCell['seen']> {
  const heard = new Set<string>();
  while (!heard.has(changes.own)) {
    const answer = await stream.next();
    const ended = answer === undefined ? failed('the stream ended') : endIn(answer);
    if (answer === undefined || ended !== undefined)
      return { own: ended ?? NOTHING, other: ended ?? NOTHING };
    heard.add(idIn(answer, line));
  }
  const sight = (whose: Whose): Seen =>
    heard.has(changes[whose]) ? { kind: 'allowed', value: 'heard' } : NOTHING;
  return { own: sight('own'), other: sight('other') };
}

const NOTHING: Seen = { kind: 'absent' };

function endIn({ errors = [] }: Answer): Seen | undefined {
  const refusal = errors.find(isRefusal);
  if (refusal !== undefined) return refusalSeen(refusal);
  const [error] = errors;
  return error && failed(`${error.extensions?.code ?? ''} ${error.message}`);
}

function failed(because: string): Seen {
  return { kind: 'failed', because };
}

function idIn({ data }: Answer, { field }: PolicyLine): string {
  const entity = data?.[field];
  return isRecord(entity) ? String(entity['id']) : '';
}
