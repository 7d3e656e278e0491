/**
 * The calls of one run, each as a bar from its beginning to its end. Knows no request.
 */

import type { SystemCall } from '../../base/operation-report.ts';
import { hueOf } from './system-colour.ts';

export function SystemTimes({ calls }: { readonly calls: readonly SystemCall[] }) {
  if (calls.length === 0) return <p className="hint">No system was called.</p>;
  const wholeMs = Math.max(1, ...calls.map(({ startMs, tookMs }) => startMs + tookMs));
  return (
    <table className="system-times">
      <caption>What each system took</caption>
      <thead>
        <tr>
          <th scope="col">system</th>
          <th scope="col">when</th>
          <th scope="col">ms</th>
        </tr>
      </thead>
      <tbody>
        {calls.map((call, index) => (
          <tr key={`${index} ${call.subgraph}`}>
            <th scope="row">
              {call.subgraph}
              {remarkOn(call)}
            </th>
            <td>
              <Bar {...call} wholeMs={wholeMs} />
            </td>
            <td className="number">{call.tookMs.toFixed(1)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function remarkOn({ attempts, isAnswered }: SystemCall): string {
  if (!isAnswered) return ' (no answer)';
  return attempts > 1 ? ` (${attempts} attempts)` : '';
}

function Bar({ subgraph, startMs, tookMs, wholeMs }: SystemCall & { readonly wholeMs: number }) {
  const [x, width] = [startMs, Math.max(tookMs, wholeMs / 100)].map((ms) => (ms / wholeMs) * 100);
  return (
    <svg className="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <rect className="track" x={0} y={4} width={100} height={2} />
      <rect x={x} y={1} width={width} height={8} fill={`hsl(${hueOf(subgraph)} 60% 50%)`} />
    </svg>
  );
}
