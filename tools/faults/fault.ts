/**
 * What can go wrong with a TCP connection, as data: which kind, at which exchange, after how many bytes. Knows no
 * socket and no chance; `fault-connection.ts` does it, `plan-faults.ts` chooses.
 */

export type Direction = 'request' | 'answer';

/**
 * When it strikes. An exchange begins with the first bytes of a request after the bytes of an answer; the first is 0.
 * `whenAsked` waits, from that exchange on, for a request that holds this text.
 */
interface Moment {
  readonly exchange: number;
  readonly whenAsked?: string;
}

interface Place extends Moment {
  readonly direction: Direction;
  /** Of what goes in this direction within the exchange. */
  readonly afterBytes: number;
}

export type Fault =
  | { readonly kind: 'none' }
  /** The connection is reset as soon as it is there, and for a while there is nobody to connect to. */
  | { readonly kind: 'refuse'; readonly forMs: number }
  /** Nothing of it is read or passed on before its time. */
  | { readonly kind: 'slowAccept'; readonly forMs: number }
  | ({ readonly kind: 'reset' } & Place)
  /** Stays open; no further byte arrives in this direction. */
  | ({ readonly kind: 'stall' } & Place)
  /** One byte at a time. */
  | ({ readonly kind: 'drip'; readonly betweenBytesMs: number } & Place)
  /** An HTTP answer that ends within its JSON and whose length says that this is all; elsewhere an early, orderly end. */
  | ({ readonly kind: 'truncate'; readonly afterBytes: number } & Moment)
  /** The request arrives and takes effect; of the answer nothing comes back but a reset. */
  | ({ readonly kind: 'cutAnswer' } & Moment)
  /** The request arrives a second time, on a connection of its own whose answer nobody reads. */
  | ({ readonly kind: 'duplicate'; readonly twin: 'first' | 'second' } & Moment);

export type FaultKind = Fault['kind'];

export const NO_FAULT: Fault = { kind: 'none' };
