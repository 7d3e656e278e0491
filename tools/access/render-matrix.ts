/**
 * The access matrix as a page to read: by system and owner, a table for each type. Knows no rule.
 */

import { OWNERSHIP } from '../../schema/ownership.ts';
import { SYSTEM_NAMES } from '../systems/system-names.ts';
import type { AccessMatrix, MatrixLine, Verdict } from './access-matrix.ts';
import { ASKERS } from './asker.ts';

const SIGNS: Readonly<Record<Verdict, string>> = {
  allow: 'yes',
  conditional: 'own',
  unreachable: '·',
  deny: '–',
};

const INTRODUCTION = `# Who may see what

Made by \`npm run access:matrix\`; do not edit. Each cell was executed at the subgraph and through the gateway, and both did
what the rule declares; subscriptions at the subgraph only, where each of their events is judged. Columns are roles;
\`nobody\` is not signed in.

| cell | means |
| --- | --- |
| yes | answered |
| own | a customer is answered for what is theirs; the last column says how others’ is treated |
| · | the rule would let in, but every way to the field is refused |
| – | refused by the field’s own rule |
`;

export function renderMatrix({ lines }: AccessMatrix): string {
  const systems = SYSTEM_NAMES.map((system) => {
    const { team, says } = OWNERSHIP[system];
    const own = lines.filter((line) => line.system === system);
    const types = Map.groupBy(own, ({ field }) => field.split('.')[0] ?? '');
    const tables = [...types].map(([type, ofType]) => `### ${type}\n\n${tableOf(ofType)}`);
    return `## ${system}, owned by ${team}\n\n${says}.\n\n${tables.join('\n\n')}\n`;
  });
  return `${INTRODUCTION}\n${systems.join('\n')}`;
}

function tableOf(lines: readonly MatrixLine[]): string {
  const columns = ['field', ...ASKERS, 'rule', 'why', 'others’'];
  const rows = lines.map(({ field, cells, rule, why, others }) => [
    field.split('.')[1] ?? '',
    ...ASKERS.map((asker) => SIGNS[cells[asker]]),
    rule,
    why,
    others ?? '',
  ]);
  const divider = columns.map((_column, index) => (index > 0 && index <= ASKERS.length ? ':-:' : '---'));
  return [columns, divider, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
