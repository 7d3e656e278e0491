/**
 * The benchmark's store: people, products, reviews and articles, the same on every machine and in every run.
 * Rows only; who serves which field is the SDLs' business.
 */

export interface User {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly birthday: string | null;
  readonly points: number;
}

export interface Product {
  readonly upc: string;
  readonly name: string;
  readonly price: number;
  readonly weight: number;
  readonly isInStock: boolean;
}

export interface Review {
  readonly id: string;
  readonly body: string;
  readonly rating: number;
  readonly authorId: string;
  readonly upc: string;
}

export interface Article {
  readonly sku: string;
  readonly name: string;
  readonly brand: string;
  readonly colour: string | null;
  readonly season: string;
  readonly price: number;
  readonly weight: number;
  readonly rating: number | null;
  readonly isNew: boolean;
  readonly description: string;
  readonly stock: number;
  readonly warehouse: string;
}

const USER_COUNT = 6;
const PRODUCT_COUNT = 9;
const REVIEW_COUNT = 25;
const ARTICLE_COUNT = 1000;

const FIRST_NAMES = ['Ida', 'Jörg', 'Mila', 'Noé', 'Priya', 'Sven'];
const THINGS = ['Table', 'Couch', 'Glass', 'Chair', 'Lamp', 'Shelf', 'Carpet', 'Stool', 'Mirror'];
const BRANDS = ['Nordlicht', 'Håndverk', 'Atelier 9', 'Werk & Co'];
const COLOURS = ['oak', 'black', 'white', 'sand', null];
const SEASONS = ['ALL_YEAR', 'SUMMER', 'WINTER'];
const WAREHOUSES = ['Lübeck', 'Bremen', 'Kassel'];
const OPINIONS = [
  'Stands firmly and looks better than on the picture.',
  'The "easy" assembly took an afternoon; it was worth it.',
  'Arrived with a scratch, was replaced within two days.',
  'Good for the price \u2013 would buy again.',
  'Smaller than expected, measure twice.',
];

export const USERS = rows(USER_COUNT, (index): User => {
  const name = pick(FIRST_NAMES, index);
  return {
    id: String(index + 1),
    username: `${name.toLowerCase()}_${index + 1}`,
    name: `${name} Beispiel`,
    birthday: index % 4 === 3 ? null : `19${70 + index}-0${index + 1}-11`,
    points: index * 137,
  };
});

export const PRODUCTS = rows(PRODUCT_COUNT, (index): Product => ({
  upc: `P${index + 1}`,
  name: pick(THINGS, index),
  price: 54 + index * 113,
  weight: 50 + ((index * 377) % 1000),
  isInStock: index % 3 !== 0,
}));

/** Every user has written some and every product has got some. */
export const REVIEWS = rows(REVIEW_COUNT, (index): Review => ({
  id: `R${index + 1}`,
  body: pick(OPINIONS, index),
  rating: (index % 5) + 1,
  authorId: pick(USERS, index).id,
  upc: pick(PRODUCTS, index * 5 + Math.floor(index / 9)).upc,
}));

export const ARTICLES = rows(ARTICLE_COUNT, (index): Article => {
  const thing = pick(THINGS, index);
  return {
    sku: `A-${10_000 + index}`,
    name: `${thing} ${index}`,
    brand: pick(BRANDS, index),
    colour: pick(COLOURS, index),
    season: pick(SEASONS, index),
    price: 10 + ((index * 37) % 5000) / 100,
    weight: 100 + ((index * 53) % 9000),
    rating: index % 7 === 0 ? null : (index % 50) / 10,
    isNew: index % 11 === 0,
    description: `${thing} of the ${index % 13}th line, made to last.`,
    stock: (index * 7) % 90,
    warehouse: pick(WAREHOUSES, index),
  };
});

function rows<Row>(count: number, make: (index: number) => Row): readonly Row[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** The list again from its start where it is too short. */
function pick<Item>(list: readonly Item[], index: number): Item {
  // The remainder is an index of the list.
  return list[index % list.length] as Item;
}
