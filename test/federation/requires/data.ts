/**
 * Boxes of parts, and how to reckon what it costs to send them: volume from parts, cost from volume.
 */

interface Part {
  readonly size: { readonly width: number; readonly height: number | null } | null;
}

const boxes = [
  {
    id: '1',
    weight: 10,
    parts: [{ size: { width: 2, height: 3 } }, { size: { width: 1, height: 1 } }],
    next: '2',
  },
  { id: '2', weight: null, parts: [{ size: null }, { size: { width: 5, height: null } }], next: null },
  { id: '3', weight: 7, parts: [], next: '1' },
];

export const boxOf = (id: string) => boxes.find((box) => box.id === id) ?? null;
export const allBoxes = () => boxes;

export const volumeOf = (parts: readonly (Part | null)[]) =>
  parts.reduce((sum, part) => sum + (part?.size?.width ?? 0) * (part?.size?.height ?? 1), 0);
export const costOf = (volume: number, weight: number | null) => volume * 100 + (weight ?? 0);

/** What one who knew everything would say of a box. */
export function truthOf(box: (typeof boxes)[number]): object {
  const volume = volumeOf(box.parts);
  const cost = costOf(volume, box.weight);
  const next = () => (box.next === null ? null : truthOf(boxOf(box.next)!));
  return { ...box, next, volume, cost, advice: `pay ${cost} for ${volume}`, label: `box ${box.id}` };
}
