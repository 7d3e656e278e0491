/**
 * How often what was asked in the way of documents; read by the metrics. Only ever grows. Knows no request.
 */

/** `contradictory`: a trusted id beside another text. `unknown`: an id that no document has. */
const ASKED = ['listed', 'unlisted', 'bypassed', 'refused', 'contradictory', 'unknown'] as const;
/** `mismatched`: a document beside the hash of another. */
const AUTOMATIC = ['found', 'missing', 'stored', 'mismatched'] as const;

export class DocumentCounts {
  readonly asked: Record<(typeof ASKED)[number], number> = zeros(ASKED);
  readonly automatic: Record<(typeof AUTOMATIC)[number], number> = zeros(AUTOMATIC);
}

function zeros<Name extends string>(names: readonly Name[]): Record<Name, number> {
  // Reason for the cast: a record made of entries has lost which names it has.
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}
