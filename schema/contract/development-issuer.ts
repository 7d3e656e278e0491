/**
 * The name of the issuer that a development machine brings along. Its private key lies in the open there, so the
 * gateway must be able to tell it from a real one. Knows no key.
 */

/** The `iss` claim (RFC 7519, section 4.1.1) of development tokens; RFC 2606 gives `.example` to nobody. */
export const DEVELOPMENT_ISSUER = 'https://issuer.tributary.example';
