/**
 * Enums of which the subgraphs of a generated federation do not know the same values: of one that they give clients see
 * all but what somebody hides, of one that they take only what all of them know. Knows no field.
 */

/** By subgraph. */
const TONES: Readonly<Record<string, readonly string[]>> = {
  alpha: ['LIGHT', 'DARK', 'VAGUE'],
  beta: ['DIM', 'LIGHT', 'VAGUE'],
  gamma: ['LIGHT', 'DARK', 'DIM', 'VAGUE'],
  delta: ['LIGHT'],
};

/** Which each of the subgraphs can give. */
export function tonesOf(subgraphs: readonly string[]): readonly string[] {
  const [first = [], ...others] = subgraphs.map((each) => TONES[each] ?? []);
  return first.filter((tone) => others.every((each) => each.includes(tone)));
}

/** One of them hides what others show. */
export function toneSdl(subgraph: string): string {
  const values = tonesOf([subgraph]).join(' ');
  return `enum Tone { ${subgraph === 'alpha' ? values.replace('VAGUE', 'VAGUE @inaccessible') : values} }`;
}

export function moodSdl(subgraph: string): string {
  const own = { alpha: 'SAD', beta: 'SAD @inaccessible', gamma: 'MAD' }[subgraph] ?? '';
  return `enum Mood { CALM GLAD ${own} }`;
}
