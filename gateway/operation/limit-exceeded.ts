/**
 * The refusal of what is too large: which limit, what was found, what is allowed. Knows no limit by name.
 */

import { GatewayError } from '../base/gateway-error.ts';

/** `value` is what was found, as far as it was counted: at least one more than `maximum`. */
export function limitExceeded(limit: string, value: number, maximum: number): GatewayError {
  return new GatewayError('LIMIT_EXCEEDED', { details: { limit, value, maximum } });
}

/** Throws LIMIT_EXCEEDED where the value is above the maximum. */
export function holdTo(limit: string, value: number, maximum: number): void {
  if (value > maximum) throw limitExceeded(limit, value, maximum);
}
