/**
 * The types that several options share. Knows no option.
 */

import { z } from 'zod';

/** A week: a timer of Node that is to wait for longer than 2³¹ ms does not wait at all, and some are added or doubled. */
const LONGEST_MS = 7 * 24 * 60 * 60 * 1000;

export const positive = z.number().int().positive();
export const milliseconds = positive.max(LONGEST_MS);
export const pauseMs = z.number().int().min(0).max(LONGEST_MS);
export const httpUrl = z.url({ protocol: /^https?$/ });
export const pemFile = z.string().min(1);
