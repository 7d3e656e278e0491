/**
 * Which day it is in the books. They are kept where the company has its seat, so a document that is issued there
 * shortly after midnight belongs to the new day, and on New Year's Eve to the new year, whatever the day in UTC.
 */

const SEAT = 'Europe/Berlin';

// Swedish writes dates as ISO 8601 does.
const dayAtSeat = new Intl.DateTimeFormat('sv-SE', { timeZone: SEAT, dateStyle: 'short' });

/** Such as `2026-03-31`. */
export function accountingDay(instant: Date): string {
  return dayAtSeat.format(instant);
}
