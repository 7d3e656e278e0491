/**
 * Places on a map.
 */

export const positions = [
  { id: '1', position: { x: 3, y: 4, z: 5 }, country: 'A', height: 100 },
  { id: '2', position: null, country: null, height: -3 },
];
