/**
 * Which check a token failed, in a word that a client may read; everything else about the token stays with us.
 * Knows the verifying library's errors and no HTTP.
 */

import { errors } from 'jose';

export type TokenRefusal =
  | 'repeated'
  | 'malformed'
  | 'extension'
  | 'algorithm'
  | 'signature'
  | 'issuer'
  | 'audience'
  | 'expired'
  | 'not yet valid'
  | 'claims';

/** Undefined: not the token's fault, for example a key set that cannot be fetched. */
export function tokenRefusalOf(error: unknown): TokenRefusal | undefined {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) return refusalOfClaim(error.claim);
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported)
    return 'algorithm';
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey) {
    return 'signature';
  }
  if (error instanceof errors.JWKSMultipleMatchingKeys) return 'signature';
  return error instanceof errors.JWTInvalid || error instanceof errors.JWSInvalid ? 'malformed' : undefined;
}

function refusalOfClaim(claim: string): TokenRefusal {
  if (claim === 'aud') return 'audience';
  if (claim === 'iss') return 'issuer';
  return claim === 'nbf' ? 'not yet valid' : 'claims';
}
