/**
 * What somebody is told about an operation who wants to understand it: how it is planned, and what each system took.
 * Shapes alone, of JSON; the page of the console reads them too. Knows no planner and no client.
 */

/** One call to one subgraph, its repetitions included. */
export interface SystemCall {
  readonly subgraph: string;
  /** In the clock of `performance.now()`; for whoever is told, since the first call of the request. */
  readonly startMs: number;
  readonly tookMs: number;
  /** How often it was sent; 0 where a policy let nothing out. */
  readonly attempts: number;
  readonly isAnswered: boolean;
}

/** One fetch of a plan. */
export interface PlannedFetch {
  readonly kind: 'fetch';
  readonly subgraph: string;
  /** Where its objects stand in the response; empty at the root, `@` for each item of a list, `|[A,B]` where only those types are meant. */
  readonly path: readonly string[];
  /** What is selected, line by line and indented; of entities by their types. */
  readonly asks: readonly string[];
}

/** A plan, or a part of one. */
export type PlanStep =
  | PlannedFetch
  | { readonly kind: 'sequence' | 'parallel'; readonly steps: readonly PlanStep[] }
  | { readonly kind: 'deferred'; readonly steps: readonly PlanStep[] }
  | { readonly kind: 'each event'; readonly steps: readonly PlanStep[] };

/** A field that whoever asks may not see, so that no subgraph is asked for it. */
export interface RefusedField {
  /** `Type.field`. */
  readonly field: string;
  readonly rule: string;
  readonly subgraph: string | undefined;
}

export interface ExplainedOperation {
  /** As people read plans; empty where no subgraph is asked. */
  readonly text: string;
  /** Undefined where no subgraph is asked. */
  readonly step: PlanStep | undefined;
  readonly refused: readonly RefusedField[];
  /** Whether it would not be run at all, for what is refused of it. */
  readonly isRefusedWhole: boolean;
}
