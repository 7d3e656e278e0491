/**
 * What the shop sells, as its buyers list it: things by category, the ranges in which they come and the ways in
 * which a thing differs. Knows no SKU and no stock.
 */

export interface Category {
  readonly name: string;
  readonly ranges: readonly string[];
  readonly things: readonly Thing[];
}

export interface Thing {
  readonly name: string;
  /** In the plainest range and variant, in whole euros without tax. */
  readonly priceEuros: number;
  readonly variants: VariantKind;
  readonly says: string;
}

export type VariantKind = keyof typeof VARIANT_KINDS;

/** Each option as printed on a label, by what follows in the SKU. */
export const VARIANT_KINDS = {
  width: { '120': '120 cm', '140': '140 cm', '160': '160 cm', '180': '180 cm' },
  height: { LOW: 'low', MID: 'medium height', TALL: 'tall', XT: 'extra tall' },
  fabric: { GRAPHITE: 'graphite', MOSS: 'moss green', BRICK: 'brick red', SAND: 'sand' },
  finish: { WHITE: 'white', BLACK: 'black', STEEL: 'brushed steel', BRASS: 'brass' },
} as const satisfies Record<string, Record<string, string>>;

const WOODS = ['Oak', 'Ash', 'Birch', 'Walnut', 'Beech'];
const NAMES = ['Alva', 'Brink', 'Corvo', 'Dahl', 'Esker'];

export const CATEGORIES: readonly Category[] = [
  {
    name: 'Desks',
    ranges: WOODS,
    things: [
      {
        name: 'desk',
        priceEuros: 389,
        variants: 'width',
        says: 'A plain desk with a solid top and a cable outlet.',
      },
      {
        name: 'standing desk',
        priceEuros: 749,
        variants: 'width',
        says: 'Rises from 65 to 125 cm without a sound.',
      },
      {
        name: 'writing table',
        priceEuros: 319,
        variants: 'width',
        says: 'Slim, with one drawer for what must be at hand.',
      },
    ],
  },
  {
    name: 'Chairs',
    ranges: NAMES,
    things: [
      {
        name: 'office chair',
        priceEuros: 449,
        variants: 'fabric',
        says: 'For eight hours a day; every part can be replaced.',
      },
      { name: 'visitor chair', priceEuros: 189, variants: 'fabric', says: 'Stackable, with armrests.' },
      {
        name: 'conference chair',
        priceEuros: 279,
        variants: 'fabric',
        says: 'Swivels back to the table by itself.',
      },
    ],
  },
  {
    name: 'Tables',
    ranges: WOODS,
    things: [
      {
        name: 'meeting table',
        priceEuros: 899,
        variants: 'width',
        says: 'Seats six to ten, with sockets under a flap.',
      },
      {
        name: 'side table',
        priceEuros: 149,
        variants: 'height',
        says: 'Small enough to be carried to where it is needed.',
      },
      { name: 'high table', priceEuros: 599, variants: 'width', says: 'For talks that should be short.' },
    ],
  },
  {
    name: 'Storage',
    ranges: WOODS,
    things: [
      {
        name: 'shelf',
        priceEuros: 229,
        variants: 'height',
        says: 'Boards that carry files without bending.',
      },
      { name: 'cabinet', priceEuros: 529, variants: 'height', says: 'Sliding doors, lockable.' },
      {
        name: 'drawer unit',
        priceEuros: 259,
        variants: 'finish',
        says: 'Rolls under every desk of the house.',
      },
    ],
  },
  {
    name: 'Lighting',
    ranges: NAMES,
    things: [
      {
        name: 'desk lamp',
        priceEuros: 119,
        variants: 'finish',
        says: 'Dims by touch and remembers how bright it was.',
      },
      { name: 'floor lamp', priceEuros: 269, variants: 'finish', says: 'Lights the ceiling and the page.' },
      {
        name: 'pendant lamp',
        priceEuros: 199,
        variants: 'finish',
        says: 'Hangs over the long side of a table.',
      },
    ],
  },
  {
    name: 'Acoustics',
    ranges: NAMES,
    things: [
      {
        name: 'acoustic panel',
        priceEuros: 89,
        variants: 'fabric',
        says: 'Takes the echo out of a meeting room.',
      },
      {
        name: 'desk screen',
        priceEuros: 139,
        variants: 'fabric',
        says: 'Clamps to the desk and keeps the neighbour’s calls out.',
      },
      {
        name: 'room divider',
        priceEuros: 429,
        variants: 'fabric',
        says: 'Stands by itself, joins with others.',
      },
    ],
  },
  {
    name: 'Lounge',
    ranges: NAMES,
    things: [
      {
        name: 'sofa',
        priceEuros: 1290,
        variants: 'fabric',
        says: 'Two seats, a high back and a socket in the arm.',
      },
      {
        name: 'armchair',
        priceEuros: 690,
        variants: 'fabric',
        says: 'For reading and for long telephone calls.',
      },
      {
        name: 'pouf',
        priceEuros: 159,
        variants: 'fabric',
        says: 'A seat, a footrest, a place for the tray.',
      },
    ],
  },
  {
    name: 'Accessories',
    ranges: NAMES,
    things: [
      {
        name: 'monitor arm',
        priceEuros: 129,
        variants: 'finish',
        says: 'Holds up to nine kilograms where the eyes are.',
      },
      { name: 'cable tray', priceEuros: 29, variants: 'finish', says: 'Ends the tangle below the desk.' },
      { name: 'coat stand', priceEuros: 99, variants: 'finish', says: 'Twelve hooks, a heavy foot.' },
    ],
  },
  {
    name: 'Boards',
    ranges: NAMES,
    things: [
      {
        name: 'whiteboard',
        priceEuros: 179,
        variants: 'width',
        says: 'Enamelled steel; wipes clean for twenty years.',
      },
      { name: 'pinboard', priceEuros: 79, variants: 'fabric', says: 'Felt on cork.' },
      { name: 'flip chart', priceEuros: 209, variants: 'finish', says: 'On castors, with a tray for pens.' },
    ],
  },
  {
    name: 'Canteen',
    ranges: WOODS,
    things: [
      {
        name: 'bench',
        priceEuros: 249,
        variants: 'width',
        says: 'Goes with the canteen table of the same wood.',
      },
      { name: 'canteen table', priceEuros: 479, variants: 'width', says: 'A surface that forgives coffee.' },
      {
        name: 'bar stool',
        priceEuros: 169,
        variants: 'finish',
        says: 'With a footrest at the right height.',
      },
    ],
  },
];
