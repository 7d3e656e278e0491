/**
 * Days and instants of the reference company, counted from one fixed day: the data never depends on when it is made.
 * Days are `2026-11-20`, instants `2026-11-20T09:30:00.000Z`; both sort as text.
 */

import type { Random } from './seeded-random.ts';

/** The last day on which anything happened. */
export const TODAY = '2026-11-20';
/** The first day of the three years that orders and books cover. */
export const FIRST_DAY = '2023-12-01';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** UTC hours between which people work. */
const OPENS_MINUTE = 6 * 60;
const CLOSES_MINUTE = 17 * 60;

export function dayOf(instant: string): string {
  return instant.slice(0, 10);
}

export function addDays(day: string, days: number): string {
  return dayOf(new Date(Date.parse(day) + days * DAY_MS).toISOString());
}

export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

/** Some minute of that day while people work. */
export function instantOn(day: string, random: Random): string {
  const minute = random.integer(OPENS_MINUTE, CLOSES_MINUTE);
  return new Date(Date.parse(day) + minute * MINUTE_MS).toISOString();
}

/** That many days later at the same time, or a little later on the same day; never after the end of today. */
export function instantAfter(instant: string, days: number, random: Random): string {
  const later = Date.parse(instant) + days * DAY_MS + random.integer(1, 90) * MINUTE_MS;
  return new Date(Math.min(later, Date.parse(TODAY) + DAY_MS - MINUTE_MS)).toISOString();
}

/** Any day from the first to the last, both included. */
export function dayWithin(from: string, to: string, random: Random): string {
  return addDays(from, random.integer(0, Math.max(0, daysBetween(from, to))));
}
