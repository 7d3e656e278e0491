/**
 * The panel beside the editor: how the operation in it would be run, by whom it is asked now; as a picture, as text,
 * with its cost; and what each system took when it ran. Runs nothing.
 */

import { pick, useGraphiQL } from '@graphiql/react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';

import { askForPlan, type Explained } from './ask-gateway.ts';
import { caller } from './caller.ts';
import { ErrorList, RefusedList } from './error-list.tsx';
import { lastRun, type Cost } from './last-run.ts';
import { useObservable } from './observable-value.ts';
import { PlanPicture } from './plan-picture.tsx';
import { SystemTimes } from './system-times.tsx';

const NOTHING = 'Write an operation, and its plan appears here.';
const PLANNING = 'Planning …';
/** After the last letter; planning costs the gateway more than anything else. */
const PAUSE_MS = 400;

export function PlanPanel() {
  const explained = usePlan();
  const run = useObservable(lastRun);
  const panel = useRef<HTMLElement>(null);
  const width = useWidth(panel);
  return (
    <section ref={panel} className="plan-panel" aria-label="Plan">
      <h2>Plan</h2>
      {typeof explained === 'string' ? (
        <p className="hint">{explained}</p>
      ) : (
        <PlanOf explained={explained} width={width} />
      )}
      {run?.calls !== undefined && (
        <>
          <h3>Last run</h3>
          <SystemTimes calls={run.calls} />
        </>
      )}
    </section>
  );
}

function PlanOf({
  explained: { plan, cost, errors },
  width,
}: {
  readonly explained: Explained;
  readonly width: number;
}) {
  return (
    <>
      {cost !== undefined && <CostLine cost={cost} />}
      <ErrorList errors={errors} />
      {plan !== undefined && <RefusedList refused={plan.refused} isRefusedWhole={plan.isRefusedWhole} />}
      {plan !== undefined && plan.step === undefined && !plan.isRefusedWhole && (
        <p className="hint">No system is asked for this.</p>
      )}
      {plan?.step !== undefined && (
        <>
          <div className="picture-frame">
            <PlanPicture step={plan.step} maxWidth={width} />
          </div>
          <h3>As text</h3>
          {/* It scrolls, so a keyboard must be able to reach it. */}
          <pre className="plan-text" tabIndex={0} aria-label="The plan as text">
            {plan.text}
          </pre>
        </>
      )}
    </>
  );
}

function CostLine({ cost: { estimated, maximum } }: { readonly cost: Cost }) {
  return (
    <p className="cost">
      <label>
        Cost, estimated: <strong>{estimated.toLocaleString('en')}</strong> of {maximum.toLocaleString('en')}{' '}
        <meter min={0} max={maximum} high={maximum / 2} value={estimated} />
      </label>
    </p>
  );
}

/** Of the editor's text, for whoever asks; a sentence while there is none. */
function usePlan(): Explained | string {
  const { queryEditor, variableEditor, operationName } = useGraphiQL(
    pick('queryEditor', 'variableEditor', 'operationName'),
  );
  const [explained, setExplained] = useState<Explained | string>(PLANNING);
  const asked = useObservable(caller);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asking = new AbortController();
    const ask = async () => {
      asking.abort();
      asking = new AbortController();
      const { signal } = asking;
      const query = queryEditor?.getValue() ?? '';
      const variables = variablesIn(variableEditor?.getValue());
      if (query.replaceAll(/#.*/g, '').trim() === '') {
        setExplained(NOTHING);
        return;
      }
      // The editor tells the name a moment later than the text.
      const named = operationName !== undefined && query.includes(operationName) ? { operationName } : {};
      const found = await askForPlan({ query, ...named, variables }, signal).catch((error: unknown) => ({
        errors: [{ message: error instanceof Error ? error.message : String(error) }],
      }));
      if (!signal.aborted) setExplained(found);
    };
    const askSoon = () => {
      clearTimeout(timer);
      timer = setTimeout(() => void ask(), PAUSE_MS);
    };
    void ask();
    const listening = [queryEditor, variableEditor].map((editor) => editor?.onDidChangeModelContent(askSoon));
    return () => {
      clearTimeout(timer);
      asking.abort();
      for (const each of listening) each?.dispose();
    };
  }, [queryEditor, variableEditor, operationName, asked]);
  return explained;
}

/** What is half written is left out; the editor says so itself. */
function variablesIn(text: string | undefined): unknown {
  try {
    return text === undefined || text.trim() === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function useWidth(panel: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(320);
  useLayoutEffect(() => {
    const { current } = panel;
    if (current === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(current.clientWidth));
    observer.observe(current);
    return () => observer.disconnect();
  }, [panel]);
  return width;
}
