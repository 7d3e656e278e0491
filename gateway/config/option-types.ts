/**
 * The types that several options share. Knows no option.
 */

import { z } from 'zod';

export const positive = z.number().int().positive();
export const httpUrl = z.url({ protocol: /^https?$/ });
export const pemFile = z.string().min(1);
