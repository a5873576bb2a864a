/**
 * What became of a resource.
 *
 * - `closed`: by the library
 * - `closed-before`: by other code, or it was never opened
 * - `left-open`: the process goes on, and other code may use it
 * - `flushed`: of logs, which are ended after the last line: what they had been given has left them
 * - `forced`: its time was up
 * - `failed`: closing it failed
 */
export type ResourceResult = 'closed' | 'closed-before' | 'left-open' | 'flushed' | 'forced' | 'failed';

/** How far it is with a resource: in use, being closed, or what became of it. */
export type ResourceState = 'open' | 'closing' | ResourceResult;
