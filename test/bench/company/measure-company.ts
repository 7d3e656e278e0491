/**
 * The scenario `company`: one query that all three systems answer together, and what of its cost falls on the gateway,
 * the subgraphs and the database. Only Tributary can run it, since the subgraphs answer only who proves to be it.
 */

import pg from 'pg';

import { askGateway, bodyOf } from '../measure/ask-gateway.ts';
import { measureScenario, type MeasuringTools } from '../measure/measure-scenario.ts';
import type { Counters } from '../measure/measurement.ts';
import { whenNew, type Pace } from '../measure/pace.ts';
import { readCpuMs } from '../process/process-usage.ts';
import type { MeterCounts } from '../processes/call-meter.ts';
import type { ScenarioReport } from '../report/report.ts';
import { startCompany, type CompanyPlan, type RunningCompany } from './start-company.ts';

export const COMPANY = 'company';
const SAYS = 'one query over the three systems and PostgreSQL; the CPU is that of the gateway alone';
const QUERY = `
  query Company {
    customers(first: 20) {
      nodes {
        number
        name
        receivable { amount currency }
        orders(first: 3) { nodes { number status billingStatus total { amount currency } } }
      }
    }
  }
`;
/** PostgreSQL tells its times once a second, so a shorter round would often see none. */
const SHORTEST_ROUND_MS = 1_500;

export async function measureCompany(
  plan: CompanyPlan,
  tools: Omit<MeasuringTools, 'readCounters'>,
): Promise<ScenarioReport> {
  const company = await startCompany(plan);
  const answer = await askFirst(company);
  const client = new pg.Client({ connectionString: company.databaseAdminUrl });
  await client.connect();
  try {
    const outcomes = await measureScenario(company.gateways, [{ query: QUERY, answer }], {
      ...tools,
      pace: longEnough(tools.pace),
      readCounters: () => readCounters(company, client),
    });
    return { name: COMPANY, says: SAYS, outcomes };
  } finally {
    await client.end();
  }
}

/** There is no whole of this company to compare with: all gateways must answer as the first, and that without errors. */
async function askFirst({ gateways }: RunningCompany): Promise<string> {
  const [first] = gateways;
  if (first === undefined) throw new Error('No gateway was chosen that can run the company.');
  const answer = await askGateway(first.url, bodyOf(QUERY), first.headers);
  if (!answer.startsWith('{"data":{') || answer.includes('"errors"'))
    throw new Error(`The company does not answer: ${answer.slice(0, 300)}`);
  return answer;
}

async function readCounters(company: RunningCompany, client: pg.Client): Promise<Counters> {
  const { rows } = await client.query<{ readonly ms: number }>(
    'select sum(active_time)::float8 as ms from pg_stat_database',
  );
  return {
    // The meter answers this question with its counts.
    ...((await company.meter.ask('counts')) as MeterCounts),
    subgraphsCpuMs: company.subgraphPids.reduce((sum, pid) => sum + readCpuMs(pid), 0),
    databaseCpuMs: readCpuMs(company.databasePid),
    databaseMs: rows[0]?.ms ?? 0,
  };
}

function longEnough(pace: Pace): Pace {
  return { ...whenNew(pace), roundMs: Math.max(pace.roundMs, SHORTEST_ROUND_MS) };
}
