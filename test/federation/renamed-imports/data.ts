/**
 * Desks in rooms.
 */

export const desks = [
  { id: '1', width: 120, room: 'A' },
  { id: '2', width: 80, room: 'B' },
];
