/**
 * Letters and parcels, each sent to a place. One subgraph knows what was sent, another what the places are like.
 */

export const places = [
  {
    __typename: 'Place',
    id: 'p1',
    town: 'Gent',
    street: 'Kaai',
    distance: ({ from }: { from: number }) => 10 - from,
  },
  {
    __typename: 'Place',
    id: 'p2',
    town: 'Oslo',
    street: 'Gate',
    distance: ({ from }: { from: number }) => 20 - from,
  },
];

const [gent, oslo] = places;

export const sent = [
  { __typename: 'Letter', to: gent },
  { __typename: 'Parcel', to: oslo },
  { __typename: 'Parcel', to: gent },
];
