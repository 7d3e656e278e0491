/**
 * Errors and refused fields in sentences: what, whose, by which rule and why. Knows no request.
 */

import type { RefusedField } from '../../base/operation-report.ts';
import type { AnswerError } from './last-run.ts';

/** More are in the answer itself. */
const MOST_SHOWN = 5;

export function ErrorList({ errors }: { readonly errors: readonly AnswerError[] }) {
  if (errors.length === 0) return null;
  const left = errors.length - MOST_SHOWN;
  return (
    <ul className="errors" aria-label="Errors">
      {errors.slice(0, MOST_SHOWN).map((error, index) => (
        <li key={`${index} ${error.message}`}>
          <Place {...error} /> {error.message}
          <Reason {...error} />
        </li>
      ))}
      {left > 0 && <li>… and {left} more</li>}
    </ul>
  );
}

export function RefusedList({
  refused,
  isRefusedWhole,
}: {
  readonly refused: readonly RefusedField[];
  readonly isRefusedWhole: boolean;
}) {
  if (refused.length === 0) return null;
  return (
    <div className="errors">
      <p>
        {isRefusedWhole
          ? 'It would not be run, since these fields are refused:'
          : 'These fields are refused, so no system is asked for them:'}
      </p>
      <ul aria-label="Refused fields">
        {refused.map(({ field, rule, subgraph }) => (
          <li key={`${field} ${rule}`}>
            <code>{field}</code> needs: {rule}
            {subgraph !== undefined && ` (${subgraph})`}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Place({ path, extensions: { details } = {} }: AnswerError) {
  const place = details?.field ?? path?.join('.');
  return place === undefined ? null : <code>{place}</code>;
}

function Reason({ extensions: { details, reason, team, subgraph } = {} }: AnswerError) {
  const owner = subgraph === undefined ? undefined : `${subgraph}${team === undefined ? '' : `, ${team}`}`;
  const facts = [
    details?.rule === undefined ? undefined : `needs: ${details.rule}`,
    details?.why,
    reason,
    owner === undefined ? undefined : `(${owner})`,
  ].filter((fact) => fact !== undefined);
  return facts.length === 0 ? null : <span className="reason"> {facts.join(' ')}</span>;
}
