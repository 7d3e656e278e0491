/**
 * What the gateway and its planning process say to each other: plain data, a plan as JSON. Knows neither side.
 */

/** Sent once, before anything else. */
export interface SupergraphToPlan {
  readonly supergraphSdl: string;
}

/** The text is valid against the API schema. */
export interface TextToPlan {
  readonly text: string;
  readonly operationName: string | undefined;
  /** Those of the operation's override labels that are on. */
  readonly overrides: readonly string[];
}

/** Said once, before anything else. */
export type StartReport =
  | { readonly kind: 'ready'; readonly apiSchemaSdl: string }
  | { readonly kind: 'unusable'; readonly because: string };

/** Said once for each question, in the order of the questions. */
export type PlanReport =
  | { readonly kind: 'planned'; readonly plan: string }
  | { readonly kind: 'refused'; readonly because: string };
