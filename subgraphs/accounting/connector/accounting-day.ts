/**
 * Which day it is in the books. They are kept where the company has its seat, so a document that is issued there
 * shortly after midnight belongs to the new day, and on New Year's Eve to the new year, whatever the day in UTC.
 */

import { day } from '../../kit/arguments.ts';

const SEAT = 'Europe/Berlin';

// Swedish writes dates as ISO 8601 does.
const dayAtSeat = new Intl.DateTimeFormat('sv-SE', { timeZone: SEAT, dateStyle: 'short' });

/** Such as `2026-03-31`. */
export function accountingDay(instant: Date): string {
  return dayAtSeat.format(instant);
}

/** Numbers count by year: a slip of the hand must not open the books of the year 1. */
const FIRST_DAY = '2000-01-01';

/** A day on which something can have been issued or paid. */
export const pastDay = day
  .refine((text) => text >= FIRST_DAY, `Must not be before ${FIRST_DAY}.`)
  .refine((text) => text <= accountingDay(new Date()), 'Must not be in the future.');
